/// The transforms of the language.
enum TransformName: String, CaseIterable {
    case replace = "Replace"
    case insert = "Insert"
    case insertIfMissing = "InsertIfMissing"
    case insertBefore = "InsertBefore"
    case insertAfter = "InsertAfter"
    case remove = "Remove"
    case removeAll = "RemoveAll"
    case setAttributes = "SetAttributes"
    case removeAttributes = "RemoveAttributes"
    case commentOut = "CommentOut"
    case setTokenizedAttributes = "SetTokenizedAttributes"

    /// Whether the transform puts something into the parents rather than changing the targets.
    var inserts: Bool {
        switch self {
        case .insert, .insertIfMissing, .insertBefore, .insertAfter: true
        default: false
        }
    }

    /// Whether every target is changed rather than the first.
    var appliesToAll: Bool {
        switch self {
        case .removeAll, .setAttributes, .removeAttributes, .setTokenizedAttributes: true
        default: false
        }
    }
}
