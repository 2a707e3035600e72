import Diagnostics

/// The properties of an evaluation, found without regard to case; values are escaped.
struct PropertyTable {
    /// One property as it was last set.
    struct Property: Equatable {
        /// The name as it was written.
        var name: String
        /// The value, still escaped.
        var value: String
        /// Where the file that is evaluated set it; nil for one that was there before.
        var location: Diagnostic.Location?
        /// A property that its value needs and nobody sets, so that the value lacks a part.
        var unknown: String?
    }

    private var properties: [String: Property] = [:]
    private var fixed: Set<String> = []

    /// Creates a table from what holds before a project file is read.
    ///
    /// - Parameters:
    ///   - environment: Environment variables: the weakest, any file may override them.
    ///   - wellKnown: What MSBuild defines by itself: stronger than the environment.
    ///   - global: What the user gave on the command line: no file can override it.
    init(environment: [String: String], wellKnown: [String: String], global: [String: String]) {
        // Sorted, so that names that differ only in case have one winner everywhere.
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where MSBuildText.isName(name) {
            set(name, MSBuildEscapes.escaped(value), at: nil)
        }
        for (name, value) in wellKnown { set(name, MSBuildEscapes.escaped(value), at: nil) }
        for (name, value) in global.sorted(by: { $0.key < $1.key }) { set(name, value, at: nil) }
        fixed = Set(global.keys.map { $0.lowercased() })
    }

    /// The property called `name`; nil when nothing sets it.
    func property(_ name: String) -> Property? {
        properties[name.lowercased()]
    }

    /// The value of the property called `name`, escapes resolved; empty when nothing sets it.
    subscript(name: String) -> String {
        property(name).map { MSBuildEscapes.unescaped($0.value) } ?? ""
    }

    /// The value of a property that a project file or the user sets, trimmed; nil when it is blank or neither does.
    ///
    /// Settings are not taken from the environment: some systems have a variable `NAME`.
    func setting(_ name: String) -> String? {
        escapedSetting(name).map(MSBuildEscapes.unescaped)
    }

    /// The value of a setting, still escaped.
    func escapedSetting(_ name: String) -> String? {
        guard let property = property(name), property.location != nil || fixed.contains(name.lowercased())
        else {
            return nil
        }
        let value = MSBuildText.trimmed(property.value)
        return value.isEmpty ? nil : value
    }

    /// Sets a property, unless it is a global one.
    mutating func set(
        _ name: String, _ value: String, at location: Diagnostic.Location?, unknown: String? = nil
    ) {
        let key = name.lowercased()
        guard !fixed.contains(key) else { return }
        properties[key] = Property(name: name, value: value, location: location, unknown: unknown)
    }

    /// The same properties for a file that this one's project imports: there to be used, but no settings of that file.
    var inherited: PropertyTable {
        var table = self
        table.properties = properties.mapValues { property in
            var property = property
            property.location = nil
            return property
        }
        return table
    }
}
