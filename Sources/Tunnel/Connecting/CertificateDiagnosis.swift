import NIOCore
import NIOSSL

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Finds out why a certificate was not believed, which the TLS library does not say: it is fetched once more, looked at,
/// and refused, so that nothing is sent.
struct CertificateDiagnosis: Sendable {
    let dialler: Dialler
    let context: NIOSSLContext

    /// What is wrong with the certificate; nil when it cannot be had.
    func cause(on loop: any EventLoop, now: Date = Date()) async -> TunnelFailure.Cause? {
        let inClear = Dialler(endpoint: dialler.endpoint, proxy: dialler.proxy, trust: nil)
        guard let channel = try? await inClear.dial(on: loop) else { return nil }
        let found = loop.makePromise(of: [NIOSSLCertificate].self)
        let name = dialler.endpoint.serverName
        let context = context
        do {
            try await loop.submit {
                let handler = try NIOSSLClientHandler(
                    context: context, serverHostname: name,
                    customVerificationCallback: { chain, verdict in
                        found.succeed(chain)
                        verdict.succeed(.failed)
                    })
                try channel.pipeline.syncOperations.addHandler(handler, position: .first)
            }.get()
        } catch {
            found.fail(error)
        }
        channel.closeFuture.whenComplete { _ in found.fail(ExchangeError.closed) }
        let timer = loop.scheduleTask(in: dialler.connectTimeout) { found.fail(ExchangeError.closed) }
        defer {
            timer.cancel()
            channel.close(promise: nil)
        }
        guard let chain = try? await found.futureResult.get(), !chain.isEmpty else { return nil }
        let times = chain.map { (Date($0.notValidBefore), Date($0.notValidAfter)) }
        if let (_, end) = times.first(where: { $1 < now }) {
            return .certificateExpired(at: end.formatted(.iso8601))
        }
        if let (start, _) = times.first(where: { $0.0 > now }) {
            return .certificateNotYetValid(from: start.formatted(.iso8601))
        }
        return .certificateUntrusted
    }
}

extension Date {
    fileprivate init(_ seconds: some BinaryInteger) {
        self.init(timeIntervalSince1970: Double(seconds))
    }
}
