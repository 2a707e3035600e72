% rebase('layout.tpl', title=title)
<h1>How much is that?</h1>
<p class="lead">Lengths, weights and temperatures.</p>
<form class="card" method="post" action="/" novalidate>
  <div class="fields">
    <p><label for="value">Number</label> <input id="value" name="value" inputmode="decimal" autocomplete="off" value="{{value}}"></p>
    % for name, text, chosen in [('source', 'From', source), ('target', 'To', target)]:
    <p><label for="{{name}}">{{text}}</label>
      <select id="{{name}}" name="{{name}}">
        % for kind, members in kinds.items():
        <optgroup label="{{kind}}">
          % for key, unit in members.items():
          <option value="{{key}}"{{' selected' if key == chosen else ''}}>{{unit.name}}</option>
          % end
        </optgroup>
        % end
      </select></p>
    % end
  </div>
  <p><button type="submit">Convert</button></p>
  % if problem:
  <p class="error" role="alert">{{problem}}</p>
  % end
  % if result:
  <p class="result" role="status">{{result}}</p>
  % end
</form>
