/// A change to the settings of a site, which its owner agrees to before it is made.
package enum SettingChange: Sendable, Hashable {
    /// An app setting; nil for one that is not there.
    case appSetting(String, from: String?, to: String?)
    /// The start command on Linux; empty for the platform's own.
    case startCommand(from: String, to: String)
    /// Web sockets are switched on.
    case webSockets
    /// `applicationHost.xdt` in the site's folder: put there, or taken away.
    case applicationHost(isAdded: Bool)
}

extension SettingChange: CustomStringConvertible {
    /// One line for people.
    package var description: String {
        switch self {
        case .appSetting(let name, let before, let after):
            "app setting \(name): \(Self.text(before)) → \(Self.text(after))"
        case .startCommand(let before, let after):
            "start command: \(Self.command(before)) → \(Self.command(after))"
        case .webSockets: "web sockets: off → on"
        case .applicationHost(true):
            "applicationHost.xdt: time limits that a breakpoint survives, site restarts"
        case .applicationHost(false): "applicationHost.xdt: taken away, site restarts"
        }
    }

    private static func text(_ value: String?) -> String { value.map { "'\($0)'" } ?? "none" }

    private static func command(_ text: String) -> String {
        text.isEmpty ? "the platform's own" : "'\(text)'"
    }
}
