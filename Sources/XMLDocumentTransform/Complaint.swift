import Diagnostics

/// A finding that ends what is being done to one element of the transform, but not the run.
struct Complaint: Error {
    var diagnostic: Diagnostic

    /// Creates an error.
    init(_ id: String, _ message: String, at location: Diagnostic.Location?, hint: String? = nil) {
        diagnostic = .error(id, message, at: location, hint: hint)
    }
}
