import Files
package import SystemPackage

/// Whose certificates are believed when an FTP server shows one: the system's authorities, and those the user names.
package struct FTPAuthorities: Sendable, Equatable {
    /// The file that takes the place of the system's authorities, as `SSL_CERT_FILE` says.
    package var replacement: FilePath?
    /// The file of those that are believed as well.
    package var additional: FilePath?

    /// Creates them.
    package init(replacement: FilePath? = nil, additional: FilePath? = nil) {
        self.replacement = replacement
        self.additional = additional
    }

    /// Where systems keep their authorities in one file.
    static let systemFiles: [FilePath] = [
        "/etc/ssl/certs/ca-certificates.crt",  // Debian, Ubuntu, Arch, Alpine
        "/etc/pki/tls/certs/ca-bundle.crt",  // Fedora, Red Hat
        "/etc/ssl/ca-bundle.pem",  // SUSE
        "/etc/ssl/cert.pem",  // macOS, BSD
    ]

    /// What `curl` is told to believe.
    struct Told: Equatable {
        /// All authorities; `curl` takes no more than one file.
        var file: FilePath
        /// A folder without any, in place of the system's, which `curl` would believe besides the file.
        ///
        /// Nil lets that one count.
        var folder: FilePath?
    }

    /// Puts together what `curl` is told.
    ///
    /// - Parameters:
    ///   - folder: Where a file that has to be put together goes; it holds no other certificates.
    ///   - systemFiles: Where the system's authorities are looked for.
    /// - Returns: Nil for what `curl` was built to believe.
    /// - Throws: A `Failure` when a file cannot be used.
    func told(in folder: FilePath, systemFiles: [FilePath] = Self.systemFiles) throws -> Told? {
        guard let additional else { return replacement.map { Told(file: $0, folder: folder) } }
        let base = replacement ?? systemFiles.first { FileKind(of: $0) == .regular }
        var bundle =
            try base.map {
                replacement == nil
                    ? try FileContents.read($0)
                    : try FileContents.certificates($0, namedBy: "SSL_CERT_FILE")
            } ?? []
        bundle.append(UInt8(ascii: "\n"))
        // Of a bundle only the parts that are none would be left out, without a word.
        bundle += try FileContents.certificates(additional, namedBy: "--ca-file")
        let file = folder.appending("authorities.pem")
        try FileReplacement.write(bundle, to: file)
        return Told(file: file, folder: base == nil ? nil : folder)
    }
}
