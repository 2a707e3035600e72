/// A deployment as the SCM site (Kudu) describes it; fields that are not there are nil, whatever Kudu's age.
package struct Deployment: Sendable, Hashable, Decodable {
    /// What a deployment's `status` says; HTTP codes say nothing about it.
    package enum State: Sendable, Hashable {
        /// 0, 1 or 2: waiting, building or copying.
        case running
        /// 4.
        case succeeded
        /// 3.
        case failed
        /// -1.
        case cancelled
        /// 5: another deployment came in between.
        case superseded
        /// 6: on some instances only.
        case partial
        /// A number that this program does not know.
        case unknown(Int)
    }

    package var id: String?
    package var status: Int?
    package var statusText: String?
    package var message: String?
    package var deployer: String?
    package var progress: String?
    package var receivedTime: String?
    package var isComplete: Bool?
    package var isActive: Bool?
    /// Whether it is being received still; its identifier changes afterwards.
    package var isTemporary: Bool?

    private enum CodingKeys: String, CodingKey {
        case id, status, message, deployer, progress
        case statusText = "status_text"
        case receivedTime = "received_time"
        case isComplete = "complete"
        case isActive = "active"
        case isTemporary = "is_temp"
    }

    /// What the numbers mean; nil for the empty object of a Kudu that is just starting.
    package var state: State? {
        guard let status else { return nil }
        switch status {
        // One that is over before it has an identifier of its own failed while it was received.
        case 0...2: return isComplete == true && isTemporary == true ? .failed : .running
        case 3: return .failed
        case 4: return .succeeded
        case -1: return .cancelled
        case 5: return .superseded
        case 6: return .partial
        default: return isComplete == true ? .unknown(status) : .running
        }
    }
}

extension [Deployment] {
    /// The deployment that is live, of a list with the newest first; nil where a later one runs or has failed, since
    /// that one may have changed files as well.
    package var settled: String? {
        first.flatMap { $0.isActive == true && $0.state != .running ? $0.id : nil }
    }

    /// The deployment that `id` came right after.
    package func predecessor(of id: String?) -> String? {
        drop { $0.id != id }.dropFirst().first?.id
    }
}
