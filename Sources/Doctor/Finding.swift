package import Diagnostics

/// What was seen that a check is about.
struct Evidence: Sendable, Hashable {
    /// What was seen, as a clause that names the thing.
    var text: String
    /// Where, in a file.
    var location: Diagnostic.Location?
    /// The way out of this one; nil for that of the check.
    var wayOut: String?
    /// What `--fix` does about it.
    var repair: Repair?

    init(
        _ text: String, at location: Diagnostic.Location? = nil, wayOut: String? = nil, repair: Repair? = nil
    ) {
        self.text = text
        self.location = location
        self.wayOut = wayOut
        self.repair = repair
    }

    /// What another part of the program has found.
    init(_ diagnostic: Diagnostic, repair: Repair? = nil) {
        self.init(diagnostic.message, at: diagnostic.location, wayOut: diagnostic.hint, repair: repair)
    }
}

/// Something that is wrong, with what was seen and the way out.
package struct Finding: Sendable {
    /// What it is an instance of.
    package let check: Check
    /// What was seen.
    package let evidence: String
    /// Where, in a file.
    package let location: Diagnostic.Location?
    /// The exact command or setting that mends it.
    package let wayOut: String
    /// What `--fix` can do about it; nil where only the user should.
    package let repair: Repair?

    init(check: Check, evidence: Evidence) {
        self.check = check
        self.evidence = evidence.text
        location = evidence.location
        wayOut = evidence.wayOut ?? check.wayOut
        repair = evidence.repair
    }

    /// The finding as other commands report it.
    package var diagnostic: Diagnostic {
        Diagnostic(check.severity, id: check.id, evidence, at: location, hint: wayOut)
    }
}
