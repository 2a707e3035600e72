/// Namespaces with a fixed meaning.
enum Namespace {
    /// The namespace that makes an attribute or element a directive.
    static let transform = "http://schemas.microsoft.com/XML-Document-Transform"
    /// The namespace that `xml:` always stands for.
    static let xml = "http://www.w3.org/XML/1998/namespace"
    /// The prefix that an element's own default namespace has in XPath.
    static let defaultPrefix = "_defaultNamespace"
}
