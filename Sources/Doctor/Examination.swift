/// Looks at a project and its site, and lets the checks say what is wrong.
package struct Examination: Sendable {
    /// The project; nil when only a site is looked at.
    package var project: ProjectSubject?

    /// Creates an examination.
    package init(project: ProjectSubject?) {
        self.project = project
    }

    /// Looks at everything that can be reached.
    package func run() async -> Diagnosis {
        var observations = Observations()
        await observeProject(&observations)
        return Diagnosis(observations)
    }

    private func observeProject(_ observations: inout Observations) async {
        guard let subject = project else {
            observations.gaps[.project] = "no project was named"
            observations.gaps[.configuration] = "no project was named"
            return
        }
        let seen = await ProjectObservation(of: subject)
        observations.project = seen
        guard case .success(let project) = subject.project else {
            observations.gaps[.configuration] = "the project cannot be read"
            return
        }
        if let hidden = seen.hidden, hidden.readable == nil {
            observations.gaps[.configuration] = "'\(hidden.name)' cannot be read"
            return
        }
        observations.configuration = ConfigurationObservation(of: project, subject: subject)
    }
}
