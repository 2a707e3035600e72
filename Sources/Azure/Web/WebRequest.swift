package import SystemPackage

/// A request to an HTTP server.
package struct WebRequest: Sendable {
    /// What is sent along.
    package enum Body: Sendable {
        case none
        case bytes([UInt8], type: String)
        /// A file that is read while it is sent, and anew for each attempt.
        case file(FilePath, size: Int, type: String)
        /// Bytes that are announced and never sent: the answer is to be about their number.
        case announced(Int, type: String)
    }

    /// Is told how many bytes of a file have been sent; what it throws ends the request.
    package typealias SendObserver = @Sendable (Int) throws -> Void

    /// The method, such as `GET`.
    package var method: String
    /// The whole address, which never holds a secret.
    package var url: String
    /// Header fields beside those of the body.
    package var headers: [(name: String, value: String)]
    /// What is sent along.
    package var body: Body
    /// How long the answer may take, in seconds; a file may take longer.
    package var seconds: Int
    /// The size from which on an answer is refused, in bytes.
    package var limit: Int
    /// Is told of progress while a file is sent.
    package var observer: SendObserver?

    /// Creates a request.
    package init(
        _ method: String, _ url: String, headers: [(name: String, value: String)] = [], body: Body = .none,
        seconds: Int = 60, limit: Int = 64 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.seconds = seconds
        self.limit = limit
    }
}

/// What an HTTP server answered, whatever its status.
package struct WebResponse: Sendable {
    /// The status code.
    package var status: Int
    /// The header fields in the order they came.
    package var headers: [(name: String, value: String)]
    /// The whole body.
    package var body: [UInt8]

    /// Creates an answer.
    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first field called `name`, in letters of either case.
    package subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    /// Whether the status is one of success.
    package var isSuccess: Bool { (200..<300).contains(status) }
}
