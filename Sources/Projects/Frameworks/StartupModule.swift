/// The name under which a startup file is imported.
enum StartupModule {
    /// The file's name without its extension, behind the packages it stands in.
    ///
    /// A folder counts as a package while it holds an `__init__` file; the site's root never does.
    ///
    /// - Parameters:
    ///   - file: The startup file.
    ///   - isFile: Whether the site's folder holds a file at a path.
    /// - Returns: The dotted name.
    static func name(of file: SitePath, where isFile: (String) -> Bool) -> String {
        var names = [stem(file.name)]
        for package in file.folders {
            guard ["py", "pyw", "pyi"].contains(where: { isFile("\(package)/__init__.\($0)") }) else { break }
            names.insert(package.name, at: 0)
        }
        return names.joined(separator: ".")
    }

    private static func stem(_ name: String) -> String {
        for suffix in [".py", ".pyw"] where name.lowercased().hasSuffix(suffix) {
            return String(name.dropLast(suffix.count))
        }
        return name
    }
}
