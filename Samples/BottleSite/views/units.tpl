% rebase('layout.tpl', title=title)
<h1>Units</h1>
% for kind, rows in tables:
<h2>{{kind}}</h2>
<table class="card">
  % for name, text in rows:
  <tr><th scope="row">{{name}}</th><td>{{text}}</td></tr>
  % end
</table>
% end
