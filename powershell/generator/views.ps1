# Writes MgLicense.Format.ps1xml: one table for each model, and the views of MgLicense's own objects.

function Format-MgView {
    <#
    .SYNOPSIS
        The default views of what the commands of one module write.
    #>
    param([object] $Tables, [string] $Module)

    $lines = @(
        '<?xml version="1.0" encoding="utf-8"?>'
        '<!-- Made by powershell/generate.ps1 from powershell/MgLicense/models and views; change the tables, not this file. -->'
        '<Configuration>'
        '  <ViewDefinitions>'
        foreach ($model in $Tables.Models.Values.Where({ $_.Columns -and $_.Module -eq $Module })) {
            Format-MgTableView -TypeName "Microsoft.Graph.PowerShell.Models.$($model.Name)" -Columns $model.Columns.ForEach({ @{ Property = $_ } })
        }
        foreach ($type in ($Module -eq 'MgLicense' ? ($Tables.Views.Keys | Sort-Object) : @())) {
            Format-MgTableView -TypeName $type -Columns $Tables.Views[$type].Columns -Wrap:([bool] $Tables.Views[$type]['Wrap'])
        }
        '  </ViewDefinitions>'
        '</Configuration>'
    )
    ($lines -join "`n") + "`n"
}

function Format-MgTableView {
    <#
    .SYNOPSIS
        A table. A column is a property, or a label with a script that computes it. With -Wrap, long texts go on in the
        next line instead of being cut: in the middle of a word, as PowerShell does it, unless a column has Words.
    #>
    param([string] $TypeName, [object[]] $Columns, [switch] $Wrap)

    '    <View>'
    "      <Name>$TypeName</Name>"
    "      <ViewSelectedBy><TypeName>$TypeName</TypeName></ViewSelectedBy>"
    '      <TableControl>'
    '        <TableHeaders>'
    foreach ($column in $Columns) {
        $details = @(
            $label = $column['Words'] ? $column.Property : $column['Label']
            $label ? "<Label>$(ConvertTo-MgXml $label)</Label>" : @()
            $column['Width'] ? "<Width>$($column.Width)</Width>" : @()
            $column['Alignment'] ? "<Alignment>$($column.Alignment)</Alignment>" : @()
        )
        $details ? "          <TableColumnHeader>$(-join $details)</TableColumnHeader>" : '          <TableColumnHeader/>'
    }
    '        </TableHeaders>'
    "        <TableRowEntries><TableRowEntry>$($Wrap ? '<Wrap/>' : '')<TableColumnItems>"
    foreach ($column in $Columns) {
        if ($column['Words']) {
            $script = '("$($_.{0})" -replace "(.{{1,{1}}})(?:\s+|\z)", "`$1`n").TrimEnd()'
            $column = @{ Script = $script -f $column.Property, $column.Width }
        }
        $value = $column['Script'] ? "<ScriptBlock>$(ConvertTo-MgXml $column.Script)</ScriptBlock>" : "<PropertyName>$($column.Property)</PropertyName>"
        "          <TableColumnItem>$value</TableColumnItem>"
    }
    '        </TableColumnItems></TableRowEntry></TableRowEntries>'
    '      </TableControl>'
    '    </View>'
}
