/// What a look at a Python module's top level tells: what it imports, and what in it could be a web application.
struct PythonModule: Equatable {
    /// Something that an application server could serve.
    struct Candidate: Equatable {
        /// Its name in the module.
        var name: String
        /// How it comes about.
        var kind: Kind
        /// The framework that makes it, where that is visible.
        var framework: Framework?
        /// Whether it speaks ASGI.
        var isASGI: Bool
    }

    /// How a candidate comes about, the surest first.
    enum Kind: Int, Comparable {
        /// `app = Flask(__name__)`
        case instance
        /// `app = create_app()`
        case factoryResult
        /// `def create_app():`
        case factory

        static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
    }

    /// What names mean here: local name to full dotted name.
    private(set) var imports: [String: String] = [:]
    /// The modules it imports, or imports from.
    private(set) var importedModules: Set<String> = []
    /// The possible applications, in order.
    private(set) var candidates: [Candidate] = []
    /// Whether it runs something when started by `python`.
    private(set) var isScript = false
    /// `DJANGO_SETTINGS_MODULE` as it sets it.
    private(set) var djangoSettingsModule: String?

    /// Looks at a module's source.
    init(source: [UInt8]) {
        let lines = PythonLines.topLevel(of: source)
        for line in lines { read(line) }
        djangoSettingsModule = Self.settingsModule(in: source)
    }

    /// The framework whose package it imports; nil when none or several.
    var importedFramework: Framework? {
        let roots = Set(importedModules.map { String($0.prefix { $0 != "." }) })
        let frameworks = Set(roots.compactMap { FrameworkPackages.framework(ofPackage: $0) })
        // FastAPI and Flask side by side: the imports alone do not tell.
        return frameworks.count == 1 ? frameworks.first : nil
    }

    private mutating func read(_ line: String) {
        let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
        switch words.first {
        case "import": readImport(words.dropFirst().first ?? "")
        case "from": readFromImport(words.dropFirst().first ?? "")
        case "def": readFunction(words.dropFirst().first ?? "")
        case "if": if line.contains("__name__") { isScript = true }
        default: readAssignment(line)
        }
    }

    private mutating func readImport(_ clause: Substring) {
        for part in clause.split(separator: ",") {
            let words = part.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let module = words.first else { continue }
            importedModules.insert(module)
            if words.count == 3, words[1] == "as" {
                imports[words[2]] = module
            } else {
                let root = String(module.prefix { $0 != "." })
                imports[root] = root
            }
        }
    }

    private mutating func readFromImport(_ clause: Substring) {
        guard let range = clause.firstRange(of: "import"), range.lowerBound > clause.startIndex else {
            return
        }
        let module = MSBuildText.trimmed(clause[..<range.lowerBound])
        importedModules.insert(module)
        for part in clause[range.upperBound...].split(whereSeparator: { ",()".contains($0) }) {
            let words = part.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let name = words.first else { continue }
            let full = module.hasSuffix(".") ? module + name : "\(module).\(name)"
            imports[words.count == 3 && words[1] == "as" ? words[2] : name] = full
        }
    }

    private mutating func readFunction(_ clause: Substring) {
        let name = String(clause.prefix { Self.isIdentifier($0) })
        guard FrameworkPackages.factoryNames.contains(name),
            Self.needsNoArgument(clause.dropFirst(name.count))
        else { return }
        candidates.append(.init(name: name, kind: .factory, framework: nil, isASGI: false))
    }

    private mutating func readAssignment(_ line: String) {
        let name = String(line.prefix { Self.isIdentifier($0) })
        guard !name.isEmpty, let equals = line.firstIndex(of: "="), let open = line.firstIndex(of: "("),
            equals < open
        else { return }
        // Between the name and the sign may stand a type: `app: FastAPI = FastAPI()`.
        let between = MSBuildText.trimmed(line[line.index(line.startIndex, offsetBy: name.count)..<equals])
        guard between.isEmpty || between.hasPrefix(":"), !line[line.index(after: equals)...].hasPrefix("=")
        else {
            return
        }
        // Of `a = b = Flask(…)` the last part is called.
        let callee = MSBuildText.trimmed(line[..<open].split(separator: "=").last ?? "")
        let full = resolved(callee)
        if let application = FrameworkPackages.application(madeBy: full) {
            candidates.append(
                .init(
                    name: name, kind: .instance, framework: application.framework, isASGI: application.isASGI)
            )
        } else if FrameworkPackages.factoryNames.contains(
            full.split(separator: ".").last.map(String.init) ?? "")
        {
            candidates.append(.init(name: name, kind: .factoryResult, framework: nil, isASGI: false))
        }
    }

    /// The full dotted name of what is called here by a local one.
    private func resolved(_ callee: String) -> String {
        let root = String(callee.prefix { $0 != "." })
        return (imports[root] ?? root) + callee.dropFirst(root.count)
    }
}

extension PythonModule {
    private static func isIdentifier(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }

    /// Whether every parameter in `(a=1, *, b=2): …` has a default.
    private static func needsNoArgument(_ text: Substring) -> Bool {
        let bytes = Array(text.utf8)
        guard let open = bytes.firstIndex(of: UInt8(ascii: "(")),
            let close = MSBuildText.closing(bytes, from: open)
        else { return false }
        let parameters = String(decoding: bytes[open + 1..<close], as: UTF8.self)
        // Commas inside brackets belong to types and defaults: `a: dict[str, int] = {}`.
        var depth = 0
        let separated = parameters.split { character in
            if "([{".contains(character) { depth += 1 }
            if ")]}".contains(character) { depth -= 1 }
            return character == "," && depth == 0
        }
        return separated.map { MSBuildText.trimmed($0) }.allSatisfy { parameter in
            parameter.isEmpty || parameter.hasPrefix("*") || parameter == "/" || parameter.contains("=")
        }
    }

    /// What follows the name in `os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site.settings")`, and its kin.
    private static func settingsModule(in source: [UInt8]) -> String? {
        let text = String(decoding: source, as: UTF8.self)
        for range in text.ranges(of: "DJANGO_SETTINGS_MODULE") {
            let rest = text[range.upperBound...].drop { "\"'],=".contains($0) || $0.isWhitespace }
            let value = String(rest.prefix { isIdentifier($0) || $0 == "." })
            let end = rest.dropFirst(value.count).first
            if !value.isEmpty, end == "\"" || end == "'" { return value }
        }
        return nil
    }
}
