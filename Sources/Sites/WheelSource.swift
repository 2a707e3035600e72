package import Diagnostics
import Files
package import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the debugger's wheel comes from: a file that the user names, the user's cache, or pip.
package struct WheelSource: Sendable {
    /// The wheel that the user named with `--debugpy`.
    package var file: FilePath?
    /// The version that is wanted; nil for the pinned one, or for whatever `file` is.
    package var version: DebuggerVersion?
    /// The folder that fetched wheels are kept in.
    package var cache: FilePath
    /// The interpreter whose pip fetches wheels.
    package var python: String
    /// Variables for pip beside those of this process.
    package var environment: [String: String]

    /// Creates a source.
    ///
    /// - Parameters:
    ///   - file: The wheel that the user named.
    ///   - version: The version that is wanted.
    ///   - cache: This program's cache folder; see `StateFolder.cache(environment:)`.
    ///   - python: The interpreter whose pip fetches wheels.
    ///   - environment: Variables for pip beside those of this process.
    package init(
        file: FilePath? = nil, version: DebuggerVersion? = nil, cache: FilePath, python: String = "python3",
        environment: [String: String] = [:]
    ) {
        self.file = file
        self.version = version
        self.cache = cache.appending("wheels")
        self.python = python
        self.environment = environment
    }

    /// Gets the wheel, from the network only when it is nowhere else.
    ///
    /// - Parameter diagnostics: Receives notes, such as that a version is trusted on first sight.
    /// - Returns: The wheel, unpacked.
    /// - Throws: A `Failure` that says what is missing, and the ways out.
    package func wheel(_ diagnostics: inout DiagnosticList) async throws -> DebuggerWheel {
        if let file { return try DebuggerWheel(reading: file, version: version?.text) }
        let version = version ?? .pinned
        if let wheel = try cached(version, &diagnostics) { return wheel }
        let (bytes, name) = try await PipDownload(
            version: version, python: python, environment: environment
        ).fetch()
        let digest = ContentDigest(of: bytes)
        if let expected = version.digest, digest != expected {
            throw PipDownload.mismatch(version, python)
        }
        let wheel = try DebuggerWheel(bytes, named: name, at: FilePath(name), version: version.text)
        if version.digest == nil {
            diagnostics.add(
                .note(
                    "wheel-trusted",
                    "debugpy \(version.text) is not known to this version of ptvsd-publish: its wheel is trusted "
                        + "as pip fetched it, and must stay the same from now on (SHA-256 \(digest.hex))"))
        }
        keep(bytes, digest, version, &diagnostics)
        return wheel
    }

    /// The wheel in the cache; one that is not what it was is removed.
    private func cached(
        _ version: DebuggerVersion, _ diagnostics: inout DiagnosticList
    ) throws(Failure) -> DebuggerWheel? {
        let path = cache.appending(version.wheelName)
        guard FileKind(of: path) == .regular else { return nil }
        let recorded = (try? FileContents.text(record(version)))?.prefix(64)
        let expected = version.digest ?? recorded.flatMap { ContentDigest(hex: $0) }
        if let expected, let bytes = try? FileContents.read(path, limit: 128 << 20),
            ContentDigest(of: bytes) == expected
        {
            return try DebuggerWheel(bytes, named: version.wheelName, at: path, version: version.text)
        }
        unlink(path.string)
        diagnostics.add(
            .warning(
                "wheel-damaged",
                "the wheel of debugpy \(version.text) in the cache was damaged and is fetched again",
                at: .init(file: path.string)))
        return nil
    }

    private func record(_ version: DebuggerVersion) -> FilePath {
        cache.appending("\(version.wheelName).sha256")
    }

    private func keep(
        _ bytes: [UInt8], _ digest: ContentDigest, _ version: DebuggerVersion,
        _ diagnostics: inout DiagnosticList
    ) {
        do throws(Failure) {
            try Folder.create(cache)
            let line = Array("\(digest.hex)  \(version.wheelName)\n".utf8)
            try FileReplacement.write(line, to: record(version), mode: .readable)
            try FileReplacement.write(bytes, to: cache.appending(version.wheelName), mode: .readable)
        } catch {
            diagnostics.add(
                .warning(
                    "cache-not-written",
                    "the wheel of debugpy cannot be kept in '\(cache)' and is fetched every time",
                    hint: "make that folder writable, or point XDG_CACHE_HOME to one that is"))
        }
    }
}
