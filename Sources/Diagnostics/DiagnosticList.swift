/// The sink that findings are collected in, so that a user sees all of them and the work fails once.
public struct DiagnosticList: Sendable, Equatable {
    /// Everything found so far, in order.
    public private(set) var all: [Diagnostic]

    /// Creates a list that holds `diagnostics`.
    public init(_ diagnostics: [Diagnostic] = []) {
        all = diagnostics
    }

    /// Whether an error was found.
    public var hasErrors: Bool {
        all.contains { $0.severity == .error }
    }

    /// Adds one finding.
    public mutating func add(_ diagnostic: Diagnostic) {
        all.append(diagnostic)
    }

    /// Adds several findings.
    public mutating func add(contentsOf diagnostics: some Sequence<Diagnostic>) {
        all.append(contentsOf: diagnostics)
    }

    /// Ends the work if an error was found.
    ///
    /// - Throws: A `Failure` with everything found so far.
    public func failOnErrors(_ reason: Failure.Reason = .badInput) throws(Failure) {
        guard !hasErrors else { throw Failure(reason, all) }
    }
}
