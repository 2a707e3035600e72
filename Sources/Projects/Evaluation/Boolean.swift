/// The spellings of truth in project files.
enum Boolean {
    /// The value of an MSBuild boolean: `true`, `on`, `yes`, their opposites, and those with `!`; nil for other text.
    static func msbuild(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "on", "yes", "!false", "!off", "!no": true
        case "false", "off", "no", "!true", "!on", "!yes": false
        default: nil
        }
    }

    /// The value of a .NET boolean, which is what item metadata such as `Publish` holds; nil for other text.
    static func dotNet(_ text: String) -> Bool? {
        switch MSBuildText.trimmed(text).lowercased() {
        case "true": true
        case "false": false
        default: nil
        }
    }
}
