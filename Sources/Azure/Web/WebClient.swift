import AsyncHTTPClient
package import Diagnostics
import Files
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
package import SystemPackage

/// Sends requests to Azure and to sites; follows no redirect, since that could carry credentials to another host.
package final class WebClient: Sendable {
    private let client: HTTPClient

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - certificates: A file of certificates to trust as well as the system's, in PEM form.
    ///   - environment: Where `HTTPS_PROXY` is looked up, and `SSL_CERT_FILE`, which takes the place of the system's.
    /// - Throws: A `Failure` when the file cannot be used.
    package init(certificates: FilePath?, environment: [String: String]) throws(Failure) {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(10)
        // Trying again is this program's own matter, which also says so.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.timeout.read = .seconds(240)
        configuration.timeout.write = .seconds(120)
        configuration.proxy = try Self.proxy(environment)
        var tls = TLSConfiguration.makeClientConfiguration()
        if let file = environment["SSL_CERT_FILE"], !file.isEmpty {
            tls.trustRoots = .certificates(try Self.certificates(FilePath(file)))
        }
        if let certificates {
            tls.additionalTrustRoots = [.certificates(try Self.certificates(certificates))]
        }
        configuration.tlsConfiguration = tls
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        try? client.syncShutdown()
    }

    /// Sends a request once.
    ///
    /// - Parameter request: The request.
    /// - Returns: The answer, whatever its status.
    /// - Throws: A `ConnectionFailure` when there is none, or `CancellationError`.
    package func send(_ request: WebRequest) async throws -> WebResponse {
        var message = HTTPClientRequest(url: request.url)
        message.method = HTTPMethod(rawValue: request.method)
        for (name, value) in request.headers { message.headers.add(name: name, value: value) }
        message.headers.replaceOrAdd(name: "User-Agent", value: "ptvsd-publish")
        var seconds = request.seconds
        switch request.body {
        case .none: break
        case .bytes(let bytes, let type):
            message.headers.replaceOrAdd(name: "Content-Type", value: type)
            message.body = .bytes(ByteBuffer(bytes: bytes))
        case .file(let path, let size, let type):
            message.headers.replaceOrAdd(name: "Content-Type", value: type)
            let blocks = FileBlocks(path: path, size: size, observer: request.observer)
            message.body = .stream(blocks, length: .known(Int64(size)))
            // What is left for the slowest line that is worth waiting for: 50 kB a second.
            seconds += size / 50_000
        case .announced(let size, let type):
            message.headers.replaceOrAdd(name: "Content-Type", value: type)
            message.body = .stream(Silence(seconds: request.seconds), length: .known(Int64(size)))
        }
        do {
            let answer = try await client.execute(message, deadline: .now() + .seconds(Int64(seconds)))
            let body = try await answer.body.collect(upTo: request.limit)
            return WebResponse(
                status: Int(answer.status.code),
                headers: answer.headers.map { (name: $0.name, value: $0.value) },
                body: Array(body.readableBytesView))
        } catch let failure as Failure {
            throw failure
        } catch {
            // Cancellation shows itself in many forms, most of them those of a cut connection.
            try Task.checkCancellation()
            throw ConnectionFailure(error)
        }
    }

    private static func certificates(_ file: FilePath) throws(Failure) -> [NIOSSLCertificate] {
        let bytes = try FileContents.read(file, limit: 16 << 20)
        guard let found = try? NIOSSLCertificate.fromPEMBytes(bytes), !found.isEmpty else {
            throw Failure(
                .badInput, id: "ca-file-unreadable", "'\(file)' holds no certificates in PEM form",
                at: .init(file: file.string), hint: "look at '--ca-file' or 'SSL_CERT_FILE'")
        }
        return found
    }

    private static func proxy(
        _ environment: [String: String]
    ) throws(Failure) -> HTTPClient.Configuration.Proxy? {
        guard let text = environment["HTTPS_PROXY"] ?? environment["https_proxy"], !text.isEmpty else {
            return nil
        }
        let rest = text.firstRange(of: "://").map { text[$0.upperBound...] } ?? text[...]
        let authority = rest.prefix { $0 != "/" }
        let parts = authority.split(separator: ":")
        guard !authority.contains("@"), parts.count == 2, let port = Int(parts[1]) else {
            throw Failure(
                .badInput, id: "proxy-unreadable", "'HTTPS_PROXY' is not of the form http://HOST:PORT",
                hint: "user names and passwords of proxies are not supported")
        }
        return .server(host: String(parts[0]), port: port)
    }
}

extension ConnectionFailure {
    /// What an error of the network means.
    init(_ error: any Error) {
        switch error {
        case let error as HTTPClientError where error == .deadlineExceeded:
            self.init("did not answer in time")
        case let error as HTTPClientError where error == .readTimeout || error == .writeTimeout:
            self.init("stopped answering")
        case let error as HTTPClientError where error == .connectTimeout:
            self.init("cannot be reached in time", cost: 3)
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            self.init("cut the connection")
        case let error as NIOSSLError:
            self.init(tls: "\(error)")
        case let error as NIOConnectionError:
            let text = error.connectionErrors.first.map { "\($0.error)" } ?? ""
            if error.dnsAError != nil, error.dnsAAAAError != nil, error.connectionErrors.isEmpty {
                self.init("has no address")
            } else {
                self.init(text.contains("refused") ? "refuses the connection" : "cannot be reached")
            }
        case is IOError, is ChannelError:
            self.init("cut the connection")
        default:
            let text = "\(error)"
            if text.lowercased().contains("handshake") || text.contains("certificate") {
                self.init(tls: text)
            } else {
                self.init("cut the connection (\(text))")
            }
        }
    }

    private init(tls text: String) {
        let isTrust = text.uppercased().contains("CERTIFICATE")
        self.init(
            isTrust
                ? "has a certificate that is not trusted here (an own authority is named with '--ca-file')"
                : "ended the TLS handshake", isTemporary: !isTrust)
    }
}
