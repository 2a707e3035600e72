import Diagnostics

/// The placeholders that Visual Studio's Python Tools 2.x left in web.config for Web Deploy to fill in.
///
/// Nothing else fills them in, so a server that meets one answers every request with an error.
enum DeploymentPlaceholders {
    /// How they are spelled.
    static let names = ["%ROOTDIR%", "%INTERPRETERPATH%", "%WFASTCGIPATH%"]

    /// `text` with each placeholder replaced.
    ///
    /// - Parameters:
    ///   - bytes: A web.config in an encoding that keeps ASCII as it is.
    ///   - file: Its name in diagnostics.
    ///   - paths: What to put in.
    /// - Returns: The document, each placeholder filled in.
    /// - Throws: A `Failure` with an error for each one that nothing is known for.
    static func resolve(_ bytes: [UInt8], file: String, paths: ServerPaths) throws(Failure) -> [UInt8] {
        var values: [(name: String, value: String?, option: String)] = [
            ("%ROOTDIR%", paths.root, "--site-root"),
            ("%INTERPRETERPATH%", paths.interpreter, "--site-python"),
        ]
        values.append(("%WFASTCGIPATH%", paths.interpreter.map(ServerPaths.wfastcgi), "--site-python"))
        guard values.contains(where: { bytes.firstRange(of: Array($0.name.utf8)) != nil }) else {
            return bytes
        }

        var problems = DiagnosticList()
        var bytes = bytes
        for (name, value, option) in values {
            let pattern = Array(name.utf8)
            guard let value else {
                for place in bytes.ranges(of: pattern).map(\.lowerBound) {
                    let before = bytes[..<place]
                    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
                    let column = place - (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1)
                    problems.add(
                        .error(
                            "placeholder-left", "'\(name)' was left for Web Deploy to fill in",
                            at: .init(file: file, line: line, column: column), hint: "give '\(option) PATH'"))
                }
                continue
            }
            bytes.replace(pattern, with: Array(Template.attribute(value).utf8))
        }
        try problems.failOnErrors()
        return bytes
    }
}
