/// What was seen in each stage; nil where nothing could be looked at.
package struct Observations: Sendable {
    package var project: ProjectObservation?
    package var configuration: ConfigurationObservation?
    /// Why a stage was not reached.
    package var gaps: [StageName: String] = [:]

    /// Creates observations of nothing.
    package init() {}
}

extension Stage where Observed == ProjectObservation {
    static var project: Stage { Stage(name: .project) { $0.project } }
}

extension Stage where Observed == ConfigurationObservation {
    static var configuration: Stage { Stage(name: .configuration) { $0.configuration } }
}
