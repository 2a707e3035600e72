<!DOCTYPE html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>{{title}} - Converter</title>
  <link rel="icon" href="/static/content/favicon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/static/content/site.css">
</head>
<body>
  <header class="bar">
    <a class="brand" href="/">Converter</a>
    <nav aria-label="Pages">
      % for address, text in [('/', 'Convert'), ('/units', 'Units'), ('/about', 'About')]:
      <a href="{{address}}"{{!' aria-current="page"' if text == title else ''}}>{{text}}</a>
      % end
    </nav>
  </header>
  <main>
    {{!base}}
  </main>
  <footer>BottleSite, a sample</footer>
</body>
</html>
