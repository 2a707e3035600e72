/// How far Azure has come with starting what was deployed (`deploymentStatus`, Linux).
package struct RuntimeStatus: Sendable, Hashable, Decodable {
    private struct Form: Decodable {
        struct Fault: Decodable {
            var extendedCode: String?
            var message: String?
        }
        struct Properties: Decodable {
            var status: String?
            var errors: [Fault]?
            var failedInstancesLogs: [String]?
        }
        var properties: Properties?
    }

    /// The outcome, as far as there is one.
    package enum Phase: Sendable, Hashable {
        case running
        case succeeded
        case failed
    }

    /// Azure's word for the state, such as `RuntimeStarting`.
    package var state: String
    /// What went wrong, in Azure's words.
    package var errors: [String]

    /// Reads the answer.
    package init(from decoder: any Decoder) throws {
        let properties = try Form(from: decoder).properties
        state = properties?.status ?? ""
        errors =
            (properties?.errors ?? []).compactMap { $0.message ?? $0.extendedCode }
            + (properties?.failedInstancesLogs ?? [])
    }

    /// What the state means.
    package var phase: Phase {
        switch state {
        case "RuntimeSuccessful": .succeeded
        case "RuntimeFailed", "BuildFailed", "BuildAborted", "TimedOut": .failed
        default: .running
        }
    }
}
