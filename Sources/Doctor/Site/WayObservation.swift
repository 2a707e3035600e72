import Tunnel
import WebConfiguration

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What was met on the way to the site.
package struct WayObservation: Sendable {
    /// The address that was asked for.
    let address: SiteURL
    /// What stands in the way; nil when something answered over HTTP.
    var failure: TunnelFailure?
    /// How far the site's clock is ahead of this machine's, in seconds; nil when it does not say.
    var clockLead: Double?

    /// What stands in the way, and at whom.
    var cause: TunnelFailure.Cause? { failure?.cause }

    /// Whether a certificate is refused for its time, of which this machine's clock may be the cause.
    var isAboutTime: Bool {
        switch cause {
        case .certificateExpired?, .certificateNotYetValid?: true
        default: false
        }
    }

    /// How far a front end's `Date` is ahead of this machine's clock.
    static func lead(of text: String?, over now: Date) -> Double? {
        text.flatMap(HTTPDate.date).map { $0.timeIntervalSince(now) }
    }
}
