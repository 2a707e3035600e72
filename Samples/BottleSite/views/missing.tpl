% rebase('layout.tpl', title=title)
<h1>Nothing here</h1>
<p>This address leads nowhere. <a href="/">Start at the converter.</a></p>
