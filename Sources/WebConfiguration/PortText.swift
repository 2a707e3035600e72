/// The port in texts that the site agent fills in: `{port}` where IIS would have put `%HTTP_PLATFORM_PORT%`.
///
/// A site's own text can hold `{port}` as well, as the format of a log does. Its brace is then written `{brace}`,
/// so that every text comes back as it was.
enum PortText {
    /// How IIS spells the port, in any case.
    static let variable = "%HTTP_PLATFORM_PORT%"

    /// `text` as the agent is given it.
    static func wrapped(_ text: String) -> String {
        text.replacing(ownMark) { "{brace}" + $0.output.1 + "}" }.replacing(iisMark, with: "{port}")
    }

    /// `text` as IIS was given it before it was wrapped.
    static func unwrapped(_ text: String) -> String {
        text.replacing(ownMark) { $0.output.1 == "port" ? variable : "{" }
    }

    private static var ownMark: Regex<(Substring, Substring)> { /\{(port|brace)\}/ }
    private static var iisMark: Regex<Substring> { /%HTTP_PLATFORM_PORT%/.ignoresCase() }
}
