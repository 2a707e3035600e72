package import Projects
package import SystemPackage

/// One file of a site: where it goes, and where its bytes come from.
package struct SiteFile: Sendable, Equatable {
    /// Where the bytes come from.
    package enum Content: Sendable, Equatable {
        /// A file on disk. Absolute.
        case file(FilePath)
        /// Bytes made by this program.
        case bytes([UInt8])
    }

    /// Where it goes in the site.
    package var path: SitePath
    /// Where its bytes come from.
    package var content: Content
    /// Its source for reports, relative to the project file's folder; nil for a generated file.
    package var source: String?
    /// Its permissions; nil means 0644, or 0755 when the source may be executed.
    package var mode: FilePermissions?

    /// Creates a file that stands on disk.
    package init(_ path: SitePath, from file: FilePath, source: String, mode: FilePermissions? = nil) {
        self.path = path
        content = .file(file)
        self.source = source
        self.mode = mode
    }

    /// Creates a generated file.
    package init(_ path: SitePath, bytes: [UInt8], mode: FilePermissions? = nil) {
        self.path = path
        content = .bytes(bytes)
        self.mode = mode
    }

    /// What errors call it: its source, or its path in the site when it is generated.
    ///
    /// A `web.config` is the project's own even where it was changed on its way.
    package var name: String {
        switch content {
        case .file(let file): source ?? file.string
        case .bytes: path.isWebConfig ? path.description : "\(path) (generated)"
        }
    }
}
