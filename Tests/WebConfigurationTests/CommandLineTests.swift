import Foundation
import Testing
import WebConfiguration

struct CommandLineTests {
    @Test(arguments: [
        (#"a b  c"#, ["a", "b", "c"]),
        (#""a b" c"#, ["a b", "c"]),
        (#"C:\x\y.py --port 1"#, [#"C:\x\y.py"#, "--port", "1"]),
        (#""C:\Program Files\p.exe" -x"#, [#"C:\Program Files\p.exe"#, "-x"]),
        (#"a\"b"#, [#"a"b"#]),
        (#""a\\" b"#, [#"a\"#, "b"]),
        (#""" x"#, ["", "x"]),
        ("", []),
    ])
    func `A command line is split as Windows programs split it`(text: String, arguments: [String]) {
        #expect(WindowsCommandLine.split(text) == arguments)
    }

    @Test func `What is quoted is one argument again`() {
        var generator = SeededGenerator(seed: 7)
        let characters = Array("ab\\\" \t'%")
        for _ in 0..<2000 {
            let argument = String(
                (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                    characters[Int.random(in: 0..<characters.count, using: &generator)]
                })
            #expect(
                WindowsCommandLine.split(WindowsCommandLine.quoted(argument) + " end") == [argument, "end"])
        }
    }

    @Test(arguments: [
        (#"C:\Python\python.exe"#, true), ("python3.11", true), ("pythonw.exe", true), ("py.exe", true),
        (#"C:\env\Scripts\waitress-serve.exe"#, false), ("python-proxy.exe", false), ("", false),
    ])
    func `An interpreter is recognised by its name`(path: String, isPython: Bool) {
        #expect(HTTPPlatformCommand.isPython(path) == isPython)
    }

    @Test(arguments: [
        HTTPPlatformCommand(
            processPath: #"C:\Python\python.exe"#, arguments: #"C:\site\run.py --port %HTTP_PLATFORM_PORT%"#),
        HTTPPlatformCommand(
            processPath: #"C:\Program Files\w\waitress-serve.exe"#,
            arguments: "--port=%HTTP_PLATFORM_PORT% a:b"),
        HTTPPlatformCommand(processPath: "python", arguments: ""),
        HTTPPlatformCommand(
            processPath: "python",
            arguments: "{port} {{port}} {brace} {%HTTP_PLATFORM_PORT%} {brace}port} {port"),
    ])
    func `A command comes out from behind the agent as it went in`(command: HTTPPlatformCommand) {
        let wrapped = command.wrapped(agent: #"D:\my site\ptvsd"#, interpreter: "python.exe")
        #expect(wrapped.unwrapped == command)
        #expect(
            !(wrapped.arguments.components(separatedBy: " -- ").last ?? "").contains("%HTTP_PLATFORM_PORT%"))
        #expect(
            WindowsCommandLine.split(wrapped.arguments).prefix(3)
                == [#"D:\my site\ptvsd"#, "--listen", "127.0.0.1:%HTTP_PLATFORM_PORT%"])
        #expect(command.unwrapped == nil)
    }

    @Test func `Both halves of a script processor are read, quotes or not`() {
        let plain = FastCGIApplication(scriptProcessor: #"D:\Python\python.exe|D:\Python\wfastcgi.py"#)
        #expect(plain?.interpreter == #"D:\Python\python.exe"#)
        #expect(plain?.arguments == #"D:\Python\wfastcgi.py"#)
        let quoted = FastCGIApplication(scriptProcessor: #""C:\Program Files\Python\python.exe"|"C:\w x.py""#)
        #expect(quoted?.interpreter == #"C:\Program Files\Python\python.exe"#)
        #expect(quoted?.arguments == #""C:\w x.py""#)
        #expect(FastCGIApplication(scriptProcessor: "") == nil)
    }
}

/// A generator that gives the same numbers in each run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
