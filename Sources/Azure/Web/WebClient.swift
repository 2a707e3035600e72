import Addresses
import AsyncHTTPClient
package import Diagnostics
import Files
import NIOCore
import NIOHTTP1
import NIOSSL
package import SystemPackage

/// Sends requests to Azure and to sites; follows no redirect, since that could carry credentials to another host.
package final class WebClient: Sendable {
    private let clients: ProxiedClients

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - certificates: A file of certificates to trust as well as the system's, in PEM form.
    ///   - environment: Where proxies are looked up, and `SSL_CERT_FILE`, which takes the place of the system's.
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
        var tls = TLSConfiguration.makeClientConfiguration()
        if let file = environment["SSL_CERT_FILE"], !file.isEmpty {
            tls.trustRoots = .certificates(
                try Self.certificates(FilePath(file), namedBy: "SSL_CERT_FILE"))
        }
        if let certificates {
            tls.additionalTrustRoots = [
                .certificates(try Self.certificates(certificates, namedBy: "--ca-file"))
            ]
        }
        configuration.tlsConfiguration = tls
        clients = ProxiedClients(configuration, ProxyVariables(environment))
    }

    /// Sends a request once.
    ///
    /// - Parameter request: The request.
    /// - Returns: The answer, whatever its status.
    /// - Throws: A `ConnectionFailure` when there is none, a `Failure` for a proxy that cannot be used, or
    ///   `CancellationError`.
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
        let proxy = try clients.proxy(for: request.url)
        do {
            let client = clients.client(through: proxy)
            let answer = try await client.execute(message, deadline: .now() + .seconds(Int64(seconds)))
            let body = try await answer.body.collect(upTo: request.limit)
            return WebResponse(
                status: Int(answer.status.code),
                headers: answer.headers.map { (name: $0.name, value: $0.value) },
                body: Array(body.readableBytesView))
        } catch let failure as Failure {
            throw failure
        } catch let cancellation as CancellationError {
            throw cancellation
        } catch {
            // Cancellation shows itself in many forms, most of them those of a cut connection.
            try Task.checkCancellation()
            throw ConnectionFailure(error, through: proxy)
        }
    }

    private static func certificates(
        _ file: FilePath, namedBy source: String
    ) throws(Failure) -> [NIOSSLCertificate] {
        let bytes = try FileContents.certificates(file, namedBy: source)
        guard let found = try? NIOSSLCertificate.fromPEMBytes(bytes), !found.isEmpty else {
            throw Failure(noCertificatesIn: file, namedBy: source)
        }
        return found
    }
}
