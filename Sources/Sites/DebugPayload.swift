/// The endpoint that a Debug publish adds to a site.
package enum DebugPayload {
    /// The folder in the site's root that everything of it stands in.
    package static let folder = "ptvsd"
}
