% rebase('layout.tpl', title=title)
<h1>About</h1>
<p>A small Bottle site with a project file from the days of Visual Studio 2013. IIS runs it with wfastcgi:
  <code>web.config</code> rewrites every address but <code>/static/</code> to the handler <code>app.wsgi_app()</code>.</p>
<p>To watch it from a debugger, set a breakpoint in <code>convert</code> in <code>converter.py</code> and open the first page.</p>
