import Addresses
import Diagnostics

/// What the ends of `curl` mean to the user; see the list of exit codes in its manual.
struct FTPFailures {
    let address: FTPAddress
    let user: String
    var proxy: FTPProxy?

    /// The failure for an operation that was not done.
    func failure(_ outcome: CurlOperation.Outcome, of operation: CurlOperation) -> Failure {
        let host = address.host
        let name = operation.name
        if let failure = proxy?.failure(outcome) { return failure.failure(connecting: "'\(host)'") }
        switch outcome.code {
        case 5, 6:
            return unavailable(
                "host-not-found", "there is no host '\(host)'", "check the address of the FTP server")
        case 7:
            return unavailable(
                "connection-refused", "'\(host)' does not accept connections on port \(address.port)",
                "check the address, and whether the FTP server runs and a firewall lets you through")
        case 67,
            9 where outcome.reply == 530, 21 where outcome.reply == 530:
            return Failure(
                .notAuthorised, id: "login-refused", "'\(host)' refuses the login of '\(user)'",
                hint: "check user and password; on Azure, whether FTP basic authentication is on for the site"
            )
        case 60, 51, 83, 91:
            return unavailable(
                "certificate-refused",
                "the certificate of '\(host)' is not to be trusted\(detail(outcome))",
                "give the certificate of the authority that signed it with --ca-file, or use the name in it")
        case 77:
            return Failure(
                .badInput, id: "authorities-unreadable", "the certificates to trust cannot be read",
                hint: "check the file that --ca-file or SSL_CERT_FILE names")
        case 64:
            return unavailable(
                "ftp-without-tls",
                "'\(host)' offers no TLS, so that the password and the site would cross the network in the clear",
                "use ftps:// if it speaks TLS from the start, or give --insecure")
        case 35, 53, 54, 58, 59, 66, 80:
            return unavailable(
                "tls-failed", "no TLS connection to '\(host)' comes about\(detail(outcome))",
                "check whether port \(address.port) wants ftps:// (TLS from the start) or ftp:// (TLS on request)"
            )
        case 70,
            _ where [452, 552].contains(outcome.reply):
            return Failure(
                .failed, id: "remote-full", "there is no room for '\(name)' on '\(host)'",
                hint: "free some space there and publish again; what is there already is unchanged or whole")
        case 28:
            return unavailable(
                "remote-silent", "'\(host)' does not answer in time", "try again; what was sent is kept")
        case 26, 37:
            return Failure(
                .failed, id: "source-unreadable", "'\(name)' cannot be read to be sent",
                hint: "check that it is still there and may be read by you")
        case 2, 4:
            return unavailable(
                "curl-too-old", "the program 'curl' does not know what is asked of it\(detail(outcome))",
                "install curl 7.75 or later")
        case _ where (500...599).contains(outcome.reply):
            return Failure(
                .failed, id: "remote-not-written",
                "'\(host)' refuses \(verb(operation)) '\(name)' (reply \(outcome.reply))",
                hint: "check that '\(user)' may write there, and that nothing stands in the way")
        default:
            return unavailable(
                "connection-lost", "the connection to '\(host)' was lost (curl \(outcome.code))",
                "run it again to finish: each file is as it was or as it was to become")
        }
    }

    private func verb(_ operation: CurlOperation) -> String {
        switch operation.transfer {
        case .list, .download: "to show"
        case .upload: "to take"
        case .nothing: "to change"
        }
    }

    private func detail(_ outcome: CurlOperation.Outcome) -> String {
        outcome.message.isEmpty ? "" : " (\(outcome.message))"
    }

    private func unavailable(_ id: String, _ message: String, _ hint: String) -> Failure {
        Failure(.unavailable, id: id, message, hint: hint)
    }
}

extension CurlOperation.Outcome {
    /// Whether there is no room on the server (RFC 959 4.2.2).
    var saysFull: Bool { code == 70 || [452, 552].contains(reply) }

    /// Whether a transfer that had begun was cut: half a file, nothing sent or received.
    var isCut: Bool { [18, 55, 56].contains(code) && isTransient }

    /// Whether a folder was not listed because it is not there.
    var saysMissing: Bool { [9, 19, 78].contains(code) && reply != 530 && !isTransient }

    /// Whether another try can do better: the connection was lost, or the server says that its trouble passes.
    var isTransient: Bool {
        switch code {
        case 0: false
        // A proxy that does not let this machine through will not do so later.
        case _ where (400..<500).contains(connect): false
        // Whichever of its two connections the server closes first.
        case _ where saysFull: false
        // Refused, odd or cut replies, half a file, silence, nothing sent or received.
        case 7, 8, 12, 13, 18, 28, 35, 52, 55, 56: true
        default: (420...451).contains(reply)
        }
    }
}
