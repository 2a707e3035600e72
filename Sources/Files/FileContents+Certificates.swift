package import Diagnostics
package import SystemPackage

extension FileContents {
    /// Reads certificates of authorities in PEM form.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - source: What names it, such as `--ca-file`.
    /// - Returns: Its bytes; among them is one certificate at least.
    /// - Throws: A `Failure` that tells the file and what names it.
    package static func certificates(
        _ path: FilePath, namedBy source: String
    ) throws(Failure) -> [UInt8] {
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try read(path, limit: 16 << 20)
        } catch {
            throw Failure(
                error.reason,
                error.diagnostics.map {
                    .error($0.id, $0.message, at: $0.location, hint: Failure.lookingAt(source))
                })
        }
        guard bytes.firstRange(of: "CERTIFICATE-----".utf8) != nil else {
            throw Failure(noCertificatesIn: path, namedBy: source)
        }
        return bytes
    }
}

extension Failure {
    /// The failure to find a certificate in the file at `path`, which an option or a variable names.
    package init(noCertificatesIn path: FilePath, namedBy source: String) {
        self.init(
            .badInput, id: "ca-file-unreadable", "'\(path)' holds no certificates in PEM form",
            at: .init(file: path.string), hint: Self.lookingAt(source))
    }

    fileprivate static func lookingAt(_ source: String) -> String { "look at what '\(source)' names" }
}
