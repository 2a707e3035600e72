/// What was seen in each stage; nil where nothing could be looked at.
package struct Observations: Sendable {
    package var project: ProjectObservation?
    package var configuration: ConfigurationObservation?
    package var way: WayObservation?
    package var answer: AnswerObservation?
    package var status: StatusObservation?
    package var upgrade: UpgradeObservation?
    package var switches: SwitchesObservation?
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

extension Stage where Observed == WayObservation {
    static var way: Stage { Stage(name: .way) { $0.way } }
}

extension Stage where Observed == AnswerObservation {
    static var answer: Stage { Stage(name: .answer) { $0.answer } }
}

extension Stage where Observed == StatusObservation {
    static var status: Stage { Stage(name: .status) { $0.status } }
}

extension Stage where Observed == UpgradeObservation {
    static var upgrade: Stage { Stage(name: .upgrade) { $0.upgrade } }
}

extension Stage where Observed == SwitchesObservation {
    static var switches: Stage { Stage(name: .switches) { $0.switches } }
}
