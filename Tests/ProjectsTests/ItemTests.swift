import Diagnostics
import SystemPackage
import Testing

@testable import Projects

struct ItemTests {
    private static let files = [
        "a.py": "", "b.py": "", "app/c.py": "", "app/d.txt": "", "app/sub/e.py": "", "static/x.css": "",
    ]

    struct Row: CustomTestStringConvertible {
        let elements: String
        let expected: [String]
        var testDescription: String { elements }

        init(_ elements: String, _ expected: String...) {
            self.elements = elements
            self.expected = expected
        }
    }

    static let rows: [Row] = [
        Row("<I Include='a.py'/>", "a.py"),
        Row("<I Include='a.py;b.py'/>", "a.py", "b.py"),
        Row("<I Include=' a.py ;\n b.py;'/>", "a.py", "b.py"),
        Row("<I Include='not\\there.py'/>", "not\\there.py"),
        Row("<I Include='a.py'/><I Include='a.py'/>", "a.py", "a.py"),
        Row("<I Include='x%3by'/>", "x;y"), Row("<I Include='%2a.py'/>", "*.py"),
        Row("<I Include='a%253f'/>", "a%3f"),
        Row("<I Include=''/>"), Row("<I Include=';'/>"), Row("<I Include='$(None)'/>"),
        Row("<I Include='no\\*.py'/>"),
        Row("<I Include='*.py'/>", "a.py", "b.py"), Row("<I Include='*.PY'/>", "a.py", "b.py"),
        Row("<I Include='**\\*.py'/>", "a.py", "b.py", "app/c.py", "app/sub/e.py"),
        Row("<I Include='app\\**\\*.*'/>", "app/c.py", "app/d.txt", "app/sub/e.py"),
        Row("<I Include='**\\*.py' Exclude='app\\**'/>", "a.py", "b.py"),
        Row("<I Include='**\\*.py' Exclude='A.PY;App/C.py'/>", "b.py", "app/sub/e.py"),
        Row("<I Include='a.py;z.py' Exclude='z.py'/>", "a.py"), Row("<I Include='a.py' Exclude='*.*'/>"),
        Row("<I Include='a.py;b.py'/><I Remove='A.py'/>", "b.py"),
        Row("<I Include='a.py;app\\c.py'/><I Remove='app/c.py'/>", "a.py"),
        Row("<I Include='**\\*.py'/><I Remove='app\\**;b.py'/>", "a.py"),
        Row("<I Include='a.py'/><J Remove='a.py'/>", "a.py"),
        Row("<I Include='a.py'/><I Remove='a.py'/><I Include='a.py'/>", "a.py"),
        Row("<I Include='a.py'/><I Remove='@(I)'/>"),
        Row("<J Include='a.py'/><I Include='a.py;b.py'/><I Remove='@(J)'/>", "b.py"),
        Row("<J Include='a.py;b.py'/><I Include='@(J)'/>", "a.py", "b.py"),
        Row("<J Include='a.py;app\\c.py'/><I Include=\"@(J->'%(Filename).pyc')\"/>", "a.pyc", "c.pyc"),
        Row("<J Include='a.py;b.py'/><I Include=\"@(J, '-')\"/>", "a.py", "b.py"),
        Row("<J Include='a.py;b.py'/><I Include=\"x@(J, '-')\"/>", "xa.py-b.py"),
        Row("<J Include='app\\c.py'/><I Include=\"@(J->'%(RelativeDir)n%(Extension)')\"/>", "app\\n.py"),
        Row("<I Include='@(None)'/>"), Row("<I Include='@(J'/>", "@(J"),
        Row("<I Include='@(J->x)'/>", "@(J->x)"),
        Row("<i Include='a.py'/>", "a.py"), Row("<I Condition=\"'1' == '2'\" Include='a.py'/>"),
        Row("<J Include='a'/><I Condition=\"'@(J)' == 'a'\" Include='b'/>", "b"),
        Row("<I Include='$(Later)'/>", "set"),
        Row("<I Include='.\\a.py;static\\..\\b.py'/>", ".\\a.py", "static\\..\\b.py"),
    ]

    @Test(arguments: rows) func `Items are what their operations make them`(_ row: Row) throws {
        let folder = try SiteFolder(Self.files)
        try folder.write(
            "main.proj",
            SiteFolder.project(
                "<ItemGroup>\(row.elements)</ItemGroup><PropertyGroup><Later>set</Later></PropertyGroup>"))
        let evaluation = try folder.evaluate()
        #expect(evaluation.items.items(of: "I").map(\.include) == row.expected)
    }

    struct MetadataRow: CustomTestStringConvertible {
        let elements: String
        let name: String
        let expected: [String]
        var testDescription: String { elements }

        init(_ elements: String, _ name: String, _ expected: String...) {
            self.elements = elements
            self.name = name
            self.expected = expected
        }
    }

    static let metadataRows: [MetadataRow] = [
        MetadataRow("<I Include='a.py'><Link>x</Link></I>", "link", "x"),
        MetadataRow("<I Include='a.py' Link='x'/>", "Link", "x"),
        MetadataRow("<I Include='a.py' Link='x'><Link>y</Link></I>", "Link", "y"),
        MetadataRow(
            "<I Include='a.py;b.py'><Link>l\\%(Filename)%(Extension)</Link></I>", "Link", "l\\a.py", "l\\b.py"
        ),
        MetadataRow("<I Include='a.py'><A>1</A><B>%(A)%(I.a)%(J.A)</B></I>", "B", "11"),
        MetadataRow("<I Include='a.py'><A Condition=\"'%(Extension)' == '.py'\">1</A></I>", "A", "1"),
        MetadataRow("<I Include='a.py'><A Condition=\"'%(Extension)' == '.x'\">1</A></I>", "A", ""),
        MetadataRow("<I Include='app\\**\\*.py'/>", "RecursiveDir", "", "sub/"),
        MetadataRow("<I Include='app\\c.py'/>", "RelativeDir", "app\\"),
        MetadataRow("<I Include='a.b.py'/>", "Filename", "a.b"),
        MetadataRow("<I Include='app\\..\\a.py'/>", "FullPath", "<root>/a.py"),
        MetadataRow("<I Include='a'/>", "Extension", ""),
        MetadataRow("<I Include='a.py;b.py'/><I Update='B.py'><P>1</P></I>", "P", "", "1"),
        MetadataRow("<I Include='a.py;b.py'/><I Update='*.py' P='1'/>", "P", "1", "1"),
        MetadataRow("<I Include='a.py' P='0'/><I Update='a.py'><P>%(P)1</P></I>", "P", "01"),
        MetadataRow("<J Include='a.py'><M>m</M></J><I Include='@(J)'/>", "M", "m"),
        MetadataRow("<J Include='a.py'><M>m</M></J><I Include=\"@(J->'x')\"><N>%(M)</N></I>", "N", "m"),
        MetadataRow("<I Include='a.py'><M>a%3bb</M></I>", "M", "a;b"),
        MetadataRow("<I Include='a.py'><M>\n </M></I>", "M", ""),
        MetadataRow("<I Include='a.py'><M>%(Nothing)</M></I>", "M", ""),
        MetadataRow("<I Include='a'><M>%(a b)</M></I>", "M", "%(a b)"),
    ]

    @Test(arguments: metadataRows) func `Metadata belong to their items`(_ row: MetadataRow) throws {
        let folder = try SiteFolder(Self.files)
        try folder.write("main.proj", SiteFolder.project("<ItemGroup>\(row.elements)</ItemGroup>"))
        let evaluation = try folder.evaluate()
        let values = evaluation.items.items(of: "I").map {
            folder.masked(MSBuildEscapes.unescaped(evaluation.escapedMetadata(row.name, of: $0)))
        }
        #expect(values == row.expected)
    }

    @Test func `Item definitions give defaults to items before and after them`() throws {
        let folder = try SiteFolder([
            "main.proj": SiteFolder.project(
                "<ItemGroup><I Include='a'/><I Include='b'><M>own</M></I><J Include='c'/></ItemGroup>",
                "<ItemDefinitionGroup><I><M>default$(P)</M></I></ItemDefinitionGroup>",
                "<ItemDefinitionGroup Condition='false'><I><M>no</M></I></ItemDefinitionGroup>",
                "<PropertyGroup><P>!</P></PropertyGroup>")
        ])
        let evaluation = try folder.evaluate()
        let values = evaluation.items.all.map { evaluation.escapedMetadata("m", of: $0) }
        #expect(values == ["default!", "own", ""])
    }

    @Test func `ProjectHome is where relative items start`() throws {
        let folder = try SiteFolder([
            "src/web/a.py": "",
            "build/main.proj": SiteFolder.project(
                "<PropertyGroup><ProjectHome>..\\Src\\web</ProjectHome></PropertyGroup>",
                "<ItemGroup><I Include='*.py'/><J Include=\"@(I->'%(FullPath)')\"/></ItemGroup>"),
        ])
        let evaluation = try ProjectEvaluation(
            .init(
                root: EvaluatedFile(
                    path: folder.path.pushing("build/main.proj").string, displayName: "build/main.proj")),
            folders: FolderIndex())
        #expect(folder.masked(evaluation.itemBase) == "<root>/src/web")
        #expect(evaluation.items.all.map { folder.masked($0.include) } == ["a.py", "<root>/src/web/a.py"])
    }

    @Test func `An item list that doubles itself is an error, not a full memory`() throws {
        let doubling = String(repeating: "<I Include='@(I);@(I)'/>", count: 40)
        let folder = try SiteFolder([
            "main.proj": SiteFolder.project("<ItemGroup><I Include='a'/>\(doubling)</ItemGroup>")
        ])
        #expect(throws: Failure.self) { try folder.evaluate() }
    }
}
