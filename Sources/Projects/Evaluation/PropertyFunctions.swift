import Files

/// The functions inside `$(…)` that project files use: on text, on paths, and a few of MSBuild's own.
///
/// Anything else has no value here. Results are escaped, as in MSBuild, so that they never split a list by accident.
enum PropertyFunctions {
    /// What functions may look at.
    struct Context {
        /// The value of a property.
        let property: (String) -> String
        /// What stands at a path.
        let exists: (String) -> FileKind?
        /// The project's folder.
        let folder: String
        /// How deep calls may still stand inside arguments of calls.
        var depth = 20

        fileprivate var deeper: Context {
            var context = self
            context.depth -= 1
            return context
        }
    }

    /// A value between the calls of a chain.
    enum Value: Equatable {
        case text(String)
        case list([String])

        /// The value as text of a project file, escaped.
        var escaped: String {
            switch self {
            case .text(let text): MSBuildEscapes.escaped(text)
            case .list(let texts): texts.map(MSBuildEscapes.escaped).joined(separator: ";")
            }
        }
    }

    /// The value of the expression between `$(` and `)`, escaped; nil when it cannot be evaluated.
    static func value(of expression: String, in context: Context) -> String? {
        guard context.depth > 0 else { return nil }
        let context = context.deeper
        var parser = ExpressionParser(expression)
        guard let receiver = receiver(&parser, context) else { return nil }
        var value = receiver.value
        while !parser.isAtEnd {
            if let index = parser.takeIndex() {
                guard case .list(let texts) = value, texts.indices.contains(index) else { return nil }
                value = .text(texts[index])
                continue
            }
            guard parser.take("."), let name = parser.takeName(), case .text(let text) = value else {
                return nil
            }
            let arguments = parser.takeArguments().map { $0.map { expandedText($0, context) } }
            guard arguments?.contains(nil) != true,
                let next = TextFunctions.call(name, on: text, arguments?.compactMap(\.self))
            else { return nil }
            value = next
        }
        return receiver.isEscaped && value == receiver.value ? unescapedText(value) : value.escaped
    }

    private static func unescapedText(_ value: Value) -> String? {
        if case .text(let text) = value { text } else { nil }
    }

    /// The first link of the chain: a property or a static function.
    private static func receiver(
        _ parser: inout ExpressionParser, _ context: Context
    ) -> (value: Value, isEscaped: Bool)? {
        guard let type = parser.takeType() else {
            return parser.takeName().map { (.text(context.property($0)), false) }
        }
        guard let name = parser.takeName() else { return nil }
        let arguments = parser.takeArguments().map { $0.map { expandedText($0, context) } } ?? []
        guard !arguments.contains(nil) else { return nil }
        let function = "\(type)::\(name)".lowercased()
        guard let result = StaticFunctions.call(function, arguments.compactMap(\.self), context) else {
            return nil
        }
        // Escape and Unescape are called for their spelling: it must survive.
        return (.text(result), function.hasPrefix("[msbuild]::") && function.hasSuffix("escape"))
    }

    /// An argument with the references in it replaced.
    private static func expandedText(_ argument: String, _ context: Context) -> String? {
        guard argument.utf8.contains(UInt8(ascii: "$")) else { return MSBuildEscapes.unescaped(argument) }
        let bytes = Array(argument.utf8)
        var result = ""
        var index = 0
        var literal = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "$"), MSBuildText.isReference(bytes, at: index),
                let end = MSBuildText.closing(bytes, from: index + 1)
            else {
                index += 1
                continue
            }
            let body = MSBuildText.trimmed(String(decoding: bytes[index + 2..<end], as: UTF8.self))
            let value = MSBuildText.isName(body) ? context.property(body) : Self.value(of: body, in: context)
            guard let value else { return nil }
            result += String(decoding: bytes[literal..<index], as: UTF8.self) + value
            index = end + 1
            literal = index
        }
        return MSBuildEscapes.unescaped(result + String(decoding: bytes[literal...], as: UTF8.self))
    }
}
