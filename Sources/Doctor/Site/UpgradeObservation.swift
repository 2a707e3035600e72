import Tunnel
import WebConfiguration

/// What came of the question for a WebSocket.
package struct UpgradeObservation: Sendable {
    let address: SiteURL
    /// The answer, or why there is none.
    var answer: Result<SiteAnswer, TunnelFailure>
    /// What a browser's question for use by other pages was answered with, where the upgrade failed.
    var preflight: SiteAnswer?
    /// Whether an answer of the endpoint came compressed though nobody asked for it.
    var isCompressed = false

    /// Whether a WebSocket was opened.
    var isThrough: Bool {
        guard case .success(let answer) = answer else { return false }
        return answer.status == 101 && answer.provesUpgrade
    }
}
