/// An example where this engine knowingly does better than the reference, and what it does instead.
struct Deviation: Sendable {
    /// What comes out.
    enum Output: Sendable {
        /// Exactly the bytes that went in.
        case source
        case text(String)
        /// What the reference writes; only the findings differ.
        case reference
    }

    var name: String
    /// The rule, from the list of the reference's faults (docs/xdt.md, compared with the reference) unless another is named.
    var rule: String
    var output: Output
    /// The errors and warnings; those of the reference unless they are given.
    var findings: [Example.Finding]?

    init(_ name: String, _ rule: String, _ output: Output, _ findings: [Example.Finding]? = nil) {
        self.name = name
        self.rule = rule
        self.output = output
        self.findings = findings
    }

    private static let importError = [Example.Finding("error", "transform", 1, 69)]
    private static let head = "<?xml version=\"1.0\"?>\n<c>\n"
    private static let sample =
        "<?xml version=\"1.0\"?>\n<c>\n  <b>\n    <k n=\"1\" v=\"a\" />\n    <k n=\"2\" v=\"b\" />\n  </b>\n</c>\n"
    private static func sample(_ first: String, after: String = "") -> String {
        head
            + "  \(first)\n  <b>\n    <k n=\"1\" v=\"a\" />\n    <k n=\"2\" v=\"b\" />\n  </b>\n\(after)</c>\n"
    }

    /// All deviations, by the name of the example.
    static let all: [Deviation] = [
        .init("id_nobom_decl", "BOM added", .source),
        .init("id_declenc_upper", "BOM added", .source),
        .init("id_noenc", "XML declaration spelling", .source),
        .init("id_latin1", "non-UTF-8 content without BOM destroyed", .source),
        .init("id_ascii_decl", "non-UTF-8 content without BOM destroyed", .source),
        .init("id_utf16_decl_but_utf8", "BOM added: single bytes become UTF-16", .source),
        .init("id_noxdt", "quote style, `=` spacing", .source),
        .init("id_attrs", "quote style, character references, line breaks in values", .source),
        .init("id_text", "character references, `>` in text", .source),
        .init("id_ws", "character references, end-tag spacing", .source),
        .init("id_cdata", "` />` inside CDATA and PIs, PI spacing", .source),
        .init("id_doctype", "` />` inside the DTD internal subset", .source),
        .init("id_trailsp", "trailing spaces", .source),
        .init("id_cr", "CR-only files lose attribute spacing", .source),
        .init("id_prefix", "element prefixes when two prefixes share a URI", .source),
        .init("id_quote3", "quote style, `>` in attributes", .source),
        .init("attr_tab_nl_kept", "character references", .source),
        .init("text_slash", "`>` in text", .source),
        .init(
            "amp_end", "`>` in attributes",
            .text(head + "  <b x=\"/ >\"\n  \ty=\" /&gt; /\"/>\n</c>")),
        .init("id_quotegt", "crash: single-quoted value holding `>`", .source),
        .init("id_quote2", "crash: odd number of `\"` before a `>` in a value", .source),
        .init("rm_samel", "crash: neighbouring removals on one line", .text(head + "</c>")),
        .init("rm_samel3", "crash: neighbouring removals on one line", .text(head + "  <d/>\n</c>")),
        .init("rm3", "crash: neighbouring removals on one line", .text(head + "  <d/>\n</c>")),
        .init(
            "commentout_nested", "crash: CommentOut of anything containing a comment",
            .text(head + "  <!-- <a><!- - x - -></a> -->\n</c>")),
        .init(
            "tr_cdata", "` />` becomes `/>` inside CDATA",
            .text(sample("<a><![CDATA[<x />]]>\n  </a>"))),
        .init(
            "tr_entities", "character references, `&#13;` in text",
            .text(sample("<a x=\"&lt;&amp;&quot;'&#xA;é\">&lt;&#xD;&gt;</a>"))),
        .init(
            "tr_xmlspace", "`xml:space` bound to another prefix is ill-formed",
            .text(sample("<a xml:space=\"preserve\">\n \n    <z/>\n\n  </a>"))),
        .init(
            "ns_prefix_ins_new", "prefixed attributes in copied content lose their prefix",
            .text(
                sample(
                    "<a x=\"1\" y=\"2\" />",
                    after: "  <z xmlns=\"urn:z\">\n    <y xmlns=\"\"/>\n"
                        + "    <w:w w:at=\"1\" at=\"2\" xmlns:w=\"urn:w\"/>\n  </z>\n"))),
        .init(
            "ns_prefix_attr_set", "SetAttributes with `w:x` sets plain `x` if that exists",
            .text("<c xmlns:w=\"urn:w\"><a w:x=\"2\" x=\"0\"/></c>")),
        .init(
            "ns_prefix_attr_set2",
            "prefixed attributes lose their prefix, and with it their recorded spacing",
            .text("<c xmlns:w=\"urn:w\"><a w:x=\"2\"\t\tw:y=\"3\"/></c>")),
        .init(
            "root_rep_ns", "prefixed attributes lose their prefix; `d1p1` is invented",
            .text("<?xml version=\"1.0\"?>\n<c z:q=\"1\" xmlns:z=\"urn:z\">\n\t<z:y/>\n</c>")),
        .init(
            "pos_ra_new_child", "section 7: the column of a descendant of inserted content is meaningless",
            .reference, [.init("warning", "source", 1, 105)]),
        .init(
            "xp_text_setattr", "an error in one of many targets has no place", .reference,
            [.init("error", "transform", 1, 77)]),
        .init(
            "ns_prefix_attr_set_decl", "an error in one of many targets has no place", .reference,
            [.init("error", "transform", 1, 95)]),
        .init(
            "ns_prefix_attr_ra", "an error in one of many targets has no place", .reference,
            [.init("error", "transform", 1, 87)]),
        .init(
            "tok", "an error in one of many targets has no place", .reference,
            [.init("error", "transform", 1, 106)]),
        .init(
            "rmall_attr", "an error in one of many targets has no place", .reference,
            [.init("error", "transform", 1, 71)]),
        .init("xdt_import", "section 2: an Import is an error at the element", .reference, importError),
        .init(
            "import_in_loop", "section 2: an Import is an error at the element", .reference,
            importError + [.init("warning", "transform", 1, 69)]),
        .init(
            "xdt_import_bad", "section 2: an Import is an error, not a crash", .text(sample), importError),
        .init(
            "xdt_import_attr", "section 2: an Import is an error, not a crash", .text(sample), importError),
        .init(
            "xdt_import_both", "section 2: an Import is an error, not a crash", .text(sample), importError),
        .init("xdt_import_none", "section 2: an Import is an error, not a crash", .source, importError),
        .init("xdt_import_nofile", "section 2: an Import is an error, not a crash", .source, importError),
    ]
}
