package import Diagnostics
import Files
package import SystemPackage

/// The pure-Python wheel of debugpy, unpacked: what an endpoint brings along.
package struct DebuggerWheel: Sendable {
    /// Its version, such as `1.8.21`.
    package let version: String
    /// The digest of the wheel.
    package let digest: ContentDigest
    /// What a server needs of it: path below `_vendored` → contents.
    package let files: [String: [UInt8]]

    /// Unpacks the wheel at `path`.
    ///
    /// - Parameters:
    ///   - path: The wheel; its name says what it is.
    ///   - version: The version that it must be of; nil takes any.
    /// - Throws: A `Failure` that names the file and says what is wrong with it.
    package init(reading path: FilePath, version: String? = nil) throws(Failure) {
        let name = path.lastComponent?.string ?? ""
        let bytes = try FileContents.read(path, limit: 128 << 20)
        try self.init(bytes, named: name, at: path, version: version)
    }

    /// Unpacks the wheel in `bytes`; the rest is as above.
    ///
    /// - Throws: A `Failure` that names the file and says what is wrong with it.
    package init(_ bytes: [UInt8], named name: String, at path: FilePath, version: String?) throws(Failure) {
        func refusal(_ reason: String) -> Failure {
            Failure(
                .badInput, id: "wheel-refused", "'\(name)' \(reason)", at: .init(file: path.string),
                hint: "give the wheel of debugpy that ends in '-none-any.whl', as 'pip download' fetches it")
        }
        guard let tag = WheelName(name), tag.distribution == "debugpy" else {
            throw refusal("is not named like a wheel of debugpy")
        }
        guard tag.isPure else {
            throw refusal("is made for one kind of machine, and the site may run on another")
        }
        if let version, tag.version != version {
            throw refusal("is version \(tag.version), not \(version)")
        }
        let archive: ZipArchive
        var files: [String: [UInt8]] = [:]
        do {
            archive = try ZipArchive(bytes)
            for entry in archive.entries where Self.isNeeded(entry.name) {
                files[entry.name] = try archive.contents(of: entry)
            }
        } catch {
            throw refusal(error.reason)
        }
        let information = "debugpy-\(tag.version).dist-info/METADATA"
        guard let metadata = files[information], files["debugpy/__init__.py"] != nil else {
            throw refusal("holds no debugpy \(tag.version)")
        }
        let stated = String(decoding: metadata, as: UTF8.self).split(whereSeparator: \.isNewline)
            .first { $0.hasPrefix("Version:") }?.dropFirst(8).drop { $0 == " " }
        guard stated.map(String.init) == tag.version else {
            throw refusal("says version \(stated ?? "?") inside")
        }
        self.version = tag.version
        digest = ContentDigest(of: bytes)
        self.files = files
    }

    /// Whether a server can have a use for a file of the wheel.
    ///
    /// Left out is only what no program opens at run time: symbols of the Windows libraries for debuggers of C,
    /// and the sources that the binaries beside them were compiled from. Together they are three quarters of
    /// 28 MB. Licences and notices stay.
    private static func isNeeded(_ name: String) -> Bool {
        let type = name.split(separator: ".").last ?? ""
        guard !["pdb", "c", "cpp", "h", "hpp", "pyx", "pxd"].contains(type) else { return false }
        let isInformation = name.split(separator: "/").first?.hasSuffix(".dist-info") == true
        return !isInformation || name.hasSuffix("/METADATA") || name.contains("LICENSE")
    }
}

/// The name of a wheel file: `distribution-version-python-abi-platform.whl`, with an optional build number.
struct WheelName: Equatable {
    /// The distribution, normalised.
    let distribution: String
    /// The version.
    let version: String
    /// Whether it runs on every platform.
    let isPure: Bool

    /// Reads a file's name; nil when it is not that of a wheel.
    init?(_ name: String) {
        guard name.hasSuffix(".whl") else { return nil }
        let parts = name.dropLast(4).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 5 || parts.count == 6, parts.allSatisfy({ !$0.isEmpty }) else { return nil }
        distribution = parts[0].lowercased()
        version = String(parts[1])
        isPure = parts[parts.count - 2] == "none" && parts[parts.count - 1] == "any"
    }
}
