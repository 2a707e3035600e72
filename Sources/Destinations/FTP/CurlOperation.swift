import SystemPackage

/// One thing that `curl` is to do on an FTP server.
struct CurlOperation {
    /// What moves.
    enum Transfer: Equatable {
        /// The listing of a folder comes into a local file.
        case list(FilePath)
        /// A file comes into a local one.
        case download(FilePath)
        /// A local file goes there; from where an earlier try was cut, or from its start.
        case upload(FilePath, resumes: Bool)
        /// Nothing: only commands are sent.
        case nothing
    }

    /// What moves.
    var transfer: Transfer
    /// The path on the server, as the server takes it; a folder's ends in `/` or is empty.
    var path: String
    /// Commands before the transfer; one that begins with `*` may fail.
    var commands: [String] = []
    /// What messages call it: a path in the site.
    var name: String
    /// Whether it is as good as done when there is nothing at the path.
    var mayLack = false

    /// Whether the work goes on after it ended like this.
    func accepts(_ outcome: Outcome) -> Bool { outcome.isDone || (mayLack && outcome.saysMissing) }

    /// Goes on where it was cut, if it is an upload of which `isWorth` holds.
    mutating func resume(_ isWorth: (CurlOperation) -> Bool) {
        guard case .upload(let file, _) = transfer, isWorth(self) else { return }
        transfer = .upload(file, resumes: true)
    }

    /// What is told of an operation while it runs.
    enum Event {
        /// About so many bytes have been sent since this try began.
        case moved(Int)
        /// It was done.
        case done
    }

    /// How `curl` ended one operation.
    struct Outcome: Equatable {
        /// The exit code that `curl` would have ended with, had this been its only work.
        var code: Int
        /// The last reply code of the server; 0 without one.
        var reply: Int
        /// What `curl` says of an error.
        var message: String
        /// The status with which a proxy answered that it should connect; 0 without one.
        var connect = 0

        /// Whether it was done.
        var isDone: Bool { code == 0 }
    }
}

extension CurlOperation.Outcome {
    private static let tag = "@ptvsd "

    /// The format that makes `curl` report operation `index` in one line.
    static func format(_ index: Int) -> String {
        "%{stderr}\(tag)\(index) %{exitcode} %{response_code} %{http_connect} %{errormsg}\\n"
    }

    /// Reads one line of `curl`'s words; nil for anything else.
    static func reading(_ line: String) -> (index: Int, outcome: Self)? {
        guard line.hasPrefix(tag) else { return nil }
        let fields = line.dropFirst(tag.count).split(separator: " ", maxSplits: 4)
        guard fields.count >= 4, let index = Int(fields[0]), let code = Int(fields[1]),
            let reply = Int(fields[2]), let connect = Int(fields[3])
        else { return nil }
        let message = fields.count > 4 ? String(fields[4]) : ""
        return (index, Self(code: code, reply: reply, message: message, connect: connect))
    }
}
