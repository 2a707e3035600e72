import Diagnostics
import XMLDocumentTransform

/// The site's own command as an edited `web.debug.config` holds it, which no publish fits to `web.config` any more.
struct FrozenCommand {
    private let command: HTTPPlatformCommand
    private let location: Diagnostic.Location
    private let file: String

    /// Finds it; nil where the file wraps no command.
    init?(in debugConfig: WebDebugConfig) {
        guard let platform = debugConfig.platform,
            let inner = HTTPPlatformCommand(
                processPath: platform["processPath"] ?? "", arguments: platform["arguments"] ?? ""
            ).unwrapped
        else { return nil }
        command = inner
        location = platform.location
        file = debugConfig.file
    }

    /// A warning where `web.config` has another command by now.
    func finding(comparedWith config: WebConfig) -> Diagnostic? {
        guard let written = config.platformCommand else { return nil }
        let current = written.unwrapped ?? written
        guard current != command else { return nil }
        return .warning(
            "debug-config-old-command",
            "'\(file)' starts '\(command.text)', and '\(config.file)' says '\(current.text)' now",
            at: location,
            hint: "take the change over, or \(WebDebugConfig.regenerationHint)")
    }
}

extension HTTPPlatformCommand {
    /// The command as one line.
    fileprivate var text: String { arguments.isEmpty ? processPath : "\(processPath) \(arguments)" }
}

extension WebDebugConfig {
    /// The process that it puts into `httpPlatform`.
    var platform: XMLElement? {
        injections.last { $0.element.localName == "httpPlatform" && $0.element["arguments"] != nil }?.element
    }

    /// The host whose endpoint it brings; nil when its commands do not tell.
    var madeFor: HostKind? {
        guard let platform else { return nil }
        let command = HTTPPlatformCommand(
            processPath: platform["processPath"] ?? "", arguments: platform["arguments"] ?? "")
        if command.isEndpoint { return .iisFastCGI }
        return command.unwrapped == nil ? nil : .iisHTTPPlatform
    }
}
