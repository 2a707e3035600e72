/// The process that IIS runs for a FastCGI handler: both halves of `scriptProcessor`.
package struct FastCGIApplication: Sendable, Hashable {
    /// The interpreter: `fullPath` in IIS's `fastCgi` section.
    package var interpreter: String
    /// Its arguments: usually the path of `wfastcgi.py`.
    package var arguments: String

    /// Reads `python.exe|wfastcgi.py`, each half perhaps in quotes.
    ///
    /// Nil when there is no interpreter.
    package init?(scriptProcessor: String) {
        let halves = scriptProcessor.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = halves.first, !first.allSatisfy(\.isWhitespace) else { return nil }
        interpreter =
            WindowsCommandLine.split(String(first)).count == 1
            ? WindowsCommandLine.split(String(first))[0] : String(first)
        arguments = halves.count > 1 ? String(halves[1]) : ""
    }

    /// The commands that give it time limits a breakpoint survives, for an IIS of one's own.
    ///
    /// Sources: the IIS element `fastCgi/application`, whose `activityTimeout` ends at 3600 seconds.
    package var appcmdLines: [String] {
        let key = "[fullPath='\(interpreter)',arguments='\(arguments)']"
        return Self.limits.map { name, value in
            "%windir%\\system32\\inetsrv\\appcmd.exe set config -section:system.webServer/fastCgi "
                + "\"/\(key).\(name):\(value)\" /commit:apphost"
        }
    }

    /// Attribute of `fastCgi/application` → value.
    private static let limits = [
        ("maxInstances", "1"), ("instanceMaxRequests", "1000000"), ("requestTimeout", "86400"),
        ("activityTimeout", "3600"), ("idleTimeout", "86400"),
    ]
}
