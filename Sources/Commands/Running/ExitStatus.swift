import ArgumentParser
import Diagnostics

/// The exit codes of the program, those of `sysexits.h` where one fits.
enum ExitStatus {
    /// The code for a failure.
    static func code(for reason: Failure.Reason) -> ExitCode {
        switch reason {
        case .failed: ExitCode(1)
        case .badInput: ExitCode(65)
        case .unavailable: ExitCode(69)
        case .notAuthorised: ExitCode(77)
        }
    }

    /// The work was interrupted by a signal.
    static let interrupted = ExitCode(130)
}
