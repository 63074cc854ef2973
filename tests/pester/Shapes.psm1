# Holds JSON against tests/fixtures/graph-shapes.json, a table of Graph's shapes written by hand. It shares nothing with
# the tenant, the client or the models: it reads JSON text and says what differs.

Set-StrictMode -Version 3.0

$script:table = Get-Content -Raw (Join-Path (Split-Path $PSScriptRoot) 'fixtures/graph-shapes.json') | ConvertFrom-Json -AsHashtable

function Get-ShapeTable {
    $script:table
}

# Why a value isn't of a primitive kind; nothing where it is.
function Test-Primitive {
    param($Value, [string] $Kind, [string] $At)
    $good = switch ($Kind) {
        'text' { $Value.ValueKind -eq 'String' }
        'guid' { $Value.ValueKind -eq 'String' -and $Value.GetString() -cmatch '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }
        'time' { $Value.ValueKind -eq 'String' -and $Value.GetString() -cmatch '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z$' }
        'int' { $whole = 0; $Value.ValueKind -eq 'Number' -and $Value.TryGetInt32([ref] $whole) }
        'bool' { $Value.ValueKind -in 'True', 'False' }
        'any' { $true }
    }
    if (-not $good) { "${At}: $Value is not of kind $Kind" }
}

# Every difference between a JSON value and a kind such as 'guid?', 'assignedLicense[]' or 'user'.
function Find-KindDifference {
    param([System.Text.Json.JsonElement] $Value, [string] $Kind, [string] $At)
    if ($Kind.EndsWith('[]')) {
        if ($Value.ValueKind -ne 'Array') {
            return "${At}: $($Value.ValueKind) where a collection belongs"
        }
        $member = $Kind.Substring(0, $Kind.Length - 2)
        $index = 0
        foreach ($one in $Value.EnumerateArray()) {
            Find-KindDifference $one $member "$At[$index]"
            $index++
        }
        return
    }
    $name = $Kind.TrimEnd('?')
    if ($Value.ValueKind -eq 'Null') {
        if (-not $Kind.EndsWith('?')) { "${At}: null where Graph allows none" }
        return
    }
    if ($name -in 'text', 'guid', 'time', 'int', 'bool', 'any') {
        Test-Primitive $Value $name $At
    } elseif ($Value.ValueKind -ne 'Object') {
        "${At}: $($Value.ValueKind) where $name belongs"
    } else {
        Find-ShapeDifference $Value $name $At
    }
}

# Every difference between a JSON object and a named shape. Annotations (names with '@') are not the shape's business.
function Find-ShapeDifference {
    param([System.Text.Json.JsonElement] $Object, [string] $Shape, [string] $At = $Shape)
    $known = $script:table.types.Contains($Shape) ? $script:table.types[$Shape] : $script:table.bodies[$Shape]
    if ($null -eq $known) { throw "the table has no shape '$Shape'" }
    $seen = [System.Collections.Generic.HashSet[string]]::new()
    foreach ($property in $Object.EnumerateObject()) {
        if (-not $seen.Add($property.Name)) { "${At}: '$($property.Name)' comes twice" }
        if (@($known.Keys) -ccontains $property.Name) {
            Find-KindDifference $property.Value $known[$property.Name] "$At.$($property.Name)"
        } elseif (@($known.Keys) -contains $property.Name) {
            "${At}: '$($property.Name)' is written in another case"
        } elseif ($property.Name -notmatch '@') {
            "${At}: Graph has no '$($property.Name)'"
        }
    }
    if ($script:table.required.Contains($Shape)) {
        foreach ($name in $script:table.required[$Shape]) {
            if (-not $seen.Contains($name)) { "${At}: '$name' is missing" }
        }
    }
}

# Reads JSON text, with the document's life in the caller's hands through the element.
function ConvertTo-JsonElement {
    param([Parameter(Mandatory)] [string] $Text)
    [System.Text.Json.JsonDocument]::Parse($Text).RootElement
}

Export-ModuleMember -Function Get-ShapeTable, Find-KindDifference, Find-ShapeDifference, ConvertTo-JsonElement
