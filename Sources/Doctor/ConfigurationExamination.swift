import Diagnostics
package import Projects
package import Serving
package import SystemPackage
package import WebConfiguration

/// What other commands say at their end: the findings about a configuration that they have in their hands anyway.
package enum ConfigurationExamination {
    /// What a Debug publish should say of what it made, beyond what it says itself.
    ///
    /// - Parameters:
    ///   - made: The configuration.
    ///   - project: The project it was made for.
    ///   - environment: The variables that start commands see.
    ///   - display: How a path is written for the user.
    /// - Returns: What may keep a debugger from being of use.
    package static func findings(
        in made: SiteConfiguration, of project: Project, environment: [String: String],
        display: (FilePath) -> String
    ) -> [Finding] {
        guard made.debugging != nil else { return [] }
        return findings(
            ConfigurationObservation(of: made, project: project, environment: environment, display: display)
        ).filter { !said.contains($0.check.id) }
    }

    /// What may be the matter with a published site whose process ends.
    ///
    /// - Parameter site: The site.
    /// - Returns: The findings, without mere notes.
    package static func findings(in site: PublishedSite) -> [Finding] {
        findings(ConfigurationObservation(of: site)).filter { $0.check.severity != .note }
    }

    private static func findings(_ observation: ConfigurationObservation) -> [Finding] {
        var observations = Observations()
        observations.configuration = observation
        return Diagnosis(observations, checks: Check.configuration).findings
    }

    /// What publishing says itself: as a warning of its own, or as advice for the server.
    private static let said: Set = ["handler-mismatch", "fastcgi-limits-unseen"]
}
