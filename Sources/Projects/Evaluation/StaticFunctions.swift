import Files

/// The static functions that project files call, such as `$([MSBuild]::EnsureTrailingSlash(…))`.
enum StaticFunctions {
    /// The result of a call.
    ///
    /// - Parameters:
    ///   - function: Type and name in lower case, such as `[msbuild]::escape`.
    ///   - arguments: The arguments, escapes resolved.
    ///   - context: What the function may look at.
    /// - Returns: The result; nil for a function or arguments that are not known.
    static func call(
        _ function: String, _ arguments: [String], _ context: PropertyFunctions.Context
    ) -> String? {
        let parts = function.split(separator: ":", omittingEmptySubsequences: true)
        guard parts.count == 2 else { return nil }
        let name = String(parts[1])
        switch parts[0] {
        case "[msbuild]":
            return msbuild(name, arguments, context) ?? arithmetic(name, arguments)
                ?? version(name, arguments)
        case "[system.io.path]": return path(name, arguments, context)
        case "[system.string]": return string(name, arguments)
        case "[system.io.file]" where name == "exists" && arguments.count == 1:
            return truth(context.exists(arguments[0]) == .regular)
        case "[system.io.directory]" where name == "exists" && arguments.count == 1:
            return truth(context.exists(arguments[0]) == .folder)
        // The environment was handed over as properties.
        case "[system.environment]" where name == "getenvironmentvariable" && arguments.count == 1:
            return context.property(arguments[0])
        default: return nil
        }
    }

    private static func msbuild(
        _ name: String, _ arguments: [String], _ context: PropertyFunctions.Context
    ) -> String? {
        switch (name, arguments.count) {
        case ("escape", 1): MSBuildEscapes.escaped(arguments[0])
        case ("unescape", 1): MSBuildEscapes.unescaped(arguments[0])
        case ("ensuretrailingslash", 1): withTrailingSlash(arguments[0])
        case ("normalizepath", 1...): absolute(combined(arguments), context)
        case ("normalizedirectory", 1...): withTrailingSlash(absolute(combined(arguments), context))
        case ("valueordefault", 2): arguments[0].isEmpty ? arguments[1] : arguments[0]
        case ("isosplatform", 1): truth(["linux", "osx"].contains(arguments[0].lowercased()))
        case ("isosunixlike", 0): truth(true)
        case ("getdirectorynameoffileabove", 2):
            folderAbove(arguments[0], holding: arguments[1], context) ?? ""
        case ("getpathoffileabove", 1...2): fileAbove(arguments, context)
        case ("getregistryvalue", _), ("getregistryvaluefromview", _): ""
        default: nil
        }
    }

    private static func arithmetic(_ name: String, _ arguments: [String]) -> String? {
        guard arguments.count == 2, let left = Double(arguments[0]), let right = Double(arguments[1]) else {
            return nil
        }
        let result: Double
        switch name {
        case "add": result = left + right
        case "subtract": result = left - right
        case "multiply": result = left * right
        case "divide": result = left / right
        case "modulo": result = left.truncatingRemainder(dividingBy: right)
        default: return nil
        }
        return Int(exactly: result).map(String.init) ?? "\(result)"
    }

    private static func version(_ name: String, _ arguments: [String]) -> String? {
        guard arguments.count == 2, let left = VersionText(arguments[0]),
            let right = VersionText(arguments[1])
        else { return nil }
        switch name {
        case "versionequals": return truth(left == right)
        case "versionnotequals": return truth(left != right)
        case "versionlessthan": return truth(left < right)
        case "versionlessthanorequals": return truth(left <= right)
        case "versiongreaterthan": return truth(left > right)
        case "versiongreaterthanorequals": return truth(left >= right)
        default: return nil
        }
    }

    private static func string(_ name: String, _ arguments: [String]) -> String? {
        switch (name, arguments.count) {
        case ("isnullorempty", 1): truth(arguments[0].isEmpty)
        case ("isnullorwhitespace", 1): truth(MSBuildText.isBlank(arguments[0]))
        case ("copy", 1), ("new", 1): arguments[0]
        case ("concat", 1...): arguments.joined()
        default: nil
        }
    }

    private static func path(
        _ name: String, _ arguments: [String], _ context: PropertyFunctions.Context
    ) -> String? {
        guard let first = arguments.first else { return nil }
        let file = PathText.name(first)
        switch (name, arguments.count) {
        case ("combine", 1...): return combined(arguments)
        case ("getfilename", 1): return file
        case ("getfilenamewithoutextension", 1): return WellKnownProperties.stem(file)
        case ("getextension", 1): return String(file.dropFirst(WellKnownProperties.stem(file).count))
        case ("getdirectoryname", 1):
            let folder = first.dropLast(file.count)
            return String(folder.dropLast(folder.count > 1 ? 1 : 0))
        case ("getfullpath", 1): return absolute(first, context)
        case ("ispathrooted", 1): return truth(PathText.isAbsolute(first))
        case ("hasextension", 1): return truth(file.contains("."))
        case ("changeextension", 2):
            let stem = first.dropLast(file.count) + WellKnownProperties.stem(file)
            return arguments[1].hasPrefix(".") ? stem + arguments[1] : "\(stem).\(arguments[1])"
        default: return nil
        }
    }
}

extension StaticFunctions {
    private static func truth(_ value: Bool) -> String { value ? "True" : "False" }

    private static func withTrailingSlash(_ path: String) -> String {
        path.isEmpty || path.hasSuffix("/") || path.hasSuffix("\\") ? path : path + "/"
    }

    /// The paths joined; each absolute one starts anew.
    private static func combined(_ paths: [String]) -> String {
        paths.reduce("") { PathText.isAbsolute($1) ? $1 : withTrailingSlash($0) + $1 }
    }

    private static func absolute(_ path: String, _ context: PropertyFunctions.Context) -> String {
        "/" + PathText.normalised(PathText.isAbsolute(path) ? path : "\(context.folder)/\(path)")
    }

    private static func folderAbove(
        _ start: String, holding name: String, _ context: PropertyFunctions.Context
    ) -> String? {
        var components = PathText.components(absolute(start, context))
        while true {
            let folder = "/" + components.joined(separator: "/")
            if context.exists(FolderIndex.joined(folder, name)) == .regular { return folder }
            guard components.popLast() != nil else { return nil }
        }
    }

    private static func fileAbove(_ arguments: [String], _ context: PropertyFunctions.Context) -> String {
        let start = arguments.count > 1 ? arguments[1] : context.folder
        return folderAbove(start, holding: arguments[0], context).map { FolderIndex.joined($0, arguments[0]) }
            ?? ""
    }
}
