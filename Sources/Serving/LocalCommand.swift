import Diagnostics
import SystemPackage
import WebConfiguration
import XMLDocumentTransform

/// A command of an IIS server, made one of this machine.
///
/// The programs that Python web servers are started with become modules of the interpreter here.
struct LocalCommand {
    let paths: LocalPaths
    /// Program and arguments.
    private(set) var words: [String] = []

    /// Programs that pip puts beside the interpreter → the module that does the same.
    private static let modules = [
        "waitress-serve": "waitress", "uvicorn": "uvicorn", "hypercorn": "hypercorn", "flask": "flask",
        "daphne": "daphne", "django-admin": "django", "granian": "granian", "gunicorn": "gunicorn",
    ]

    /// Translates the command of an element `httpPlatform`.
    ///
    /// - Parameters:
    ///   - element: The element.
    ///   - paths: Where the server's paths are here.
    ///   - diagnostics: Takes an error for what has no place on this machine.
    init(_ element: XMLElement, paths: LocalPaths, diagnostics: inout DiagnosticList) {
        self.paths = paths
        let place = Self.place(of: "processPath", in: element)
        guard let program = element["processPath"], !program.isEmpty else {
            diagnostics.add(
                .error("serve-no-process", "'httpPlatform' names no 'processPath'", at: element.location))
            return
        }
        let isEndpoint = HTTPPlatformCommand(processPath: program, arguments: element["arguments"] ?? "")
            .isEndpoint
        add(program: program, at: place, &diagnostics)
        var arguments = WindowsCommandLine.split(element["arguments"] ?? "")[...]
        dropLauncherOption(of: program, from: &arguments)
        var previous = ""
        let argumentsPlace = Self.place(of: "arguments", in: element)
        while let argument = arguments.popFirst() {
            if previous == "--" {
                add(program: argument, at: argumentsPlace, &diagnostics)
                dropLauncherOption(of: argument, from: &arguments)
            } else if isEndpoint, previous == "--debugger" {
                words.append(Self.ownPort(argument))
            } else {
                add(argument: argument, after: previous, at: argumentsPlace, &diagnostics)
            }
            previous = argument
        }
    }

    /// `host:port` with a free port of this machine in the port's place: a debugger's bridge may have it here.
    static func ownPort(_ address: String) -> String {
        guard let match = address.wholeMatch(of: /(.*:)([0-9]+)/) else { return address }
        return "\(match.1){{port:\(match.2)}}"
    }

    /// Where an attribute's name starts.
    static func place(of attribute: String, in element: XMLElement) -> Diagnostic.Location {
        element.attributes.first { $0.name == attribute }?.location ?? element.location
    }

    private mutating func add(
        program: String, at place: Diagnostic.Location, _ diagnostics: inout DiagnosticList
    ) {
        let name = program.split(whereSeparator: { $0 == "\\" || $0 == "/" }).last?.lowercased() ?? ""
        let base = name.hasSuffix(".exe") ? String(name.dropLast(4)) : name
        if HTTPPlatformCommand.isPython(program) {
            words.append("{{python}}")
        } else if let module = Self.modules[base] {
            words += ["{{python}}", "-m", module]
        } else if name.contains("."), [".exe", ".cmd", ".bat", ".ps1"].contains(where: name.hasSuffix) {
            diagnostics.add(
                .error(
                    "serve-program-unknown", "'\(program)' runs on Windows only", at: place,
                    hint:
                        "start the site with python.exe, or give its command with '--host linux --start-command'"
                ))
        } else {
            add(argument: program, after: "", at: place, &diagnostics)
        }
    }

    private mutating func add(
        argument: String, after previous: String, at place: Diagnostic.Location,
        _ diagnostics: inout DiagnosticList
    ) {
        guard !(HTTPPlatformCommand.isPython(argument) && LocalPaths.isAbsolute(argument)) else {
            words.append("{{python}}")
            return
        }
        let local = paths.relative(argument) ?? paths.localized(argument)
        words.append(local)
        let value = local.firstRange(of: "=").map { String(local[$0.upperBound...]) }
        if LocalPaths.isAbsolute(local), !previous.hasPrefix("-") {
            diagnostics.add(
                .error(
                    "serve-path-foreign",
                    "'\(argument)' is outside of the site, so it is not on this machine", at: place,
                    hint: "publish it with the site, or give the command with '--host linux --start-command'")
            )
        } else if LocalPaths.isAbsolute(local) || value.map(LocalPaths.isAbsolute) == true {
            diagnostics.add(
                .warning(
                    "serve-path-kept", "'\(argument)' is a path of the server, and stays as it is", at: place)
            )
        }
    }

    /// `py.exe -3.11` chooses a version; here the interpreter is chosen already.
    private func dropLauncherOption(of program: String, from arguments: inout ArraySlice<String>) {
        let name = program.split(whereSeparator: { $0 == "\\" || $0 == "/" }).last?.lowercased()
        guard name == "py" || name == "py.exe", let first = arguments.first,
            first.wholeMatch(of: /-[23](\.[0-9]+)?(-[0-9]+)?/) != nil
        else { return }
        arguments.removeFirst()
    }
}
