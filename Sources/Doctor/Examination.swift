import Diagnostics
import Sites

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Looks at a project and its site, and lets the checks say what is wrong.
package struct Examination: Sendable {
    /// The project; nil when only a site is looked at.
    package var project: ProjectSubject?
    /// The site; nil when nobody has said where it answers.
    package var site: SiteSubject?
    /// How its switches in Azure are looked at; nil when it is not there.
    package var azure: AzureSubject?
    /// Whether the user wants no site to be reached for.
    package var isLocal = false
    /// The time that clocks are compared with.
    package var now: @Sendable () -> Date

    /// Creates an examination.
    package init(project: ProjectSubject?, site: SiteSubject?, now: @escaping @Sendable () -> Date) {
        self.project = project
        self.site = site
        self.now = now
    }

    /// Looks at everything that can be reached: here and there at the same time.
    package func run() async -> Diagnosis {
        async let here = observeProject()
        async let there = observeSite()
        async let switches = observeSwitches()
        var observations = await here
        let others = await there
        let azure = await switches
        observations.way = others.way
        observations.answer = others.answer
        observations.status = others.status
        observations.upgrade = others.upgrade
        observations.gaps.merge(others.gaps) { first, _ in first }
        observations.gaps.merge(azure.gaps) { first, _ in first }
        if var switches = azure.switches {
            switches.destination = project?.lastPublish?.destination
            switches.wasPublishedForDebugging = project?.lastPublish?.isDebugging == true
            switches.endpointAnswers = others.answer?.status != nil
            switches.upgradeWorks = others.upgrade?.isThrough == true
            observations.switches = switches
        }
        return Diagnosis(observations)
    }

    private static let onlyHere = "only this machine is looked at"

    private func observeProject() async -> Observations {
        var observations = Observations()
        guard let subject = project else {
            observations.gaps[.project] = "no project was named"
            observations.gaps[.configuration] = "no project was named"
            return observations
        }
        let seen = await ProjectObservation(of: subject)
        observations.project = seen
        guard case .success(let project) = subject.project else {
            observations.gaps[.configuration] = "the project cannot be read"
            return observations
        }
        if let hidden = seen.hidden, hidden.readable == nil {
            observations.gaps[.configuration] = "'\(hidden.name)' cannot be read"
            return observations
        }
        observations.configuration = ConfigurationObservation(of: project, subject: subject)
        return observations
    }

    private func observeSwitches() async -> Observations {
        var observations = Observations()
        guard let azure else {
            observations.gaps[.switches] =
                isLocal ? Self.onlyHere : "the site is not known to be in Azure"
            return observations
        }
        do {
            observations.switches = try await SwitchesObservation(of: azure)
        } catch let failure as Failure {
            observations.gaps[.switches] = failure.diagnostics.first?.message ?? "Azure cannot be asked"
        } catch {
            observations.gaps[.switches] = "Azure cannot be asked"
        }
        return observations
    }

    private func observeSite() async -> Observations {
        var observations = Observations()
        guard let site else {
            for stage in [StageName.way, .answer, .status, .upgrade] {
                observations.gaps[stage] =
                    isLocal ? Self.onlyHere : "nobody has said where the site answers"
            }
            return observations
        }
        await SiteExamination(subject: site, project: project, now: now()).observe(&observations)
        return observations
    }
}
