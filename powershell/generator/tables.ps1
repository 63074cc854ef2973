# Reads the tables and works out what they leave unsaid.

function Read-MgTable {
    <#
    .SYNOPSIS
        Reads all tables into one object: Models, Bodies, Commands, Defined (whose function each command is), Own,
        Parameters, Views.
    #>
    param(
        [Parameter(Mandatory)]
        [string] $Path
    )

    $tables = [pscustomobject] @{
        Models     = [System.Collections.Generic.SortedDictionary[string, object]]::new([System.StringComparer]::Ordinal)
        Bodies     = @()
        Commands   = @()
        Defined    = @{}
        Own        = Import-PowerShellDataFile -LiteralPath (Join-Path $Path 'commands' 'own.psd1')
        Parameters = Import-PowerShellDataFile -LiteralPath (Join-Path $Path 'commands' 'parameters.psd1')
        Views      = Import-PowerShellDataFile -LiteralPath (Join-Path $Path 'views' 'views.psd1')
    }
    foreach ($file in Get-ChildItem -LiteralPath (Join-Path $Path 'models') -Filter '*.psd1' -Recurse) {
        $data = Import-PowerShellDataFile -LiteralPath $file.FullName -SkipLimitCheck
        $module = Get-MgModuleOfFile -File $file
        if ($file.BaseName -eq 'opaque') {
            $what = @{ Help = 'An object of which only the id has a property of its own.'; Extends = 'MicrosoftGraphEntity'; Properties = @{} }
            # No command writes these, so a view of them would only make the import slower.
            $data.Names.ForEach({ $tables.Models.Add($_, (ConvertTo-MgModel -Name $_ -Entry ($what + @{ Columns = @() }) -Source $file.Name -Module $module)) })
        } else {
            $data.Keys.ForEach({ $tables.Models.Add($_, (ConvertTo-MgModel -Name $_ -Entry $data[$_] -Source $file.Name -Module $module)) })
        }
    }
    foreach ($model in $tables.Models.Values) {
        Complete-MgModel -Model $model -Models $tables.Models
    }

    $entries = @(foreach ($file in Get-ChildItem -LiteralPath (Join-Path $Path 'commands') -Filter '*.psd1' -Exclude 'own.psd1', 'parameters.psd1' -Recurse) {
            $data = Import-PowerShellDataFile -LiteralPath $file.FullName -SkipLimitCheck
            $data.Keys.ForEach({ Expand-MgEntry -Name $_ -Entry $data[$_] -Source $file.Name -Module (Get-MgModuleOfFile -File $file) -Tables $tables })
        })
    $entries += @(ConvertTo-MgBetaEntry -Entries $entries)
    $byName = @{}
    $commands = foreach ($entry in $entries) {
        $command = $entry.Base ? (ConvertTo-MgTwin -Entry $entry -Base $byName[$entry.Base]) : (ConvertTo-MgCommand -Entry $entry -Tables $tables)
        $byName[$entry.Name] = $command
        $command
    }
    $tables.Commands = @($commands | Sort-Object -Property Name)
    $expanded = $tables.Commands.Where({ $_.Sets.Where({ $_.IsExpanded }) })
    $tables.Bodies = @($expanded.ForEach({ $_.Entry.Body }) | Sort-Object -Unique)
    $tables.Defined = Get-MgDefinition -Tables $tables
    $tables
}

function ConvertTo-MgModel {
    <#
    .SYNOPSIS
        Makes one model of its entry; the properties it inherits come later.
    #>
    param([string] $Name, [hashtable] $Entry, [string] $Source, [string] $Module)

    $properties = [System.Collections.Generic.SortedDictionary[string, object]]::new([System.StringComparer]::Ordinal)
    if ($Entry.ContainsKey('Ids')) {
        $Entry.Ids.ForEach({ $properties.Add($_, [pscustomobject] @{ Name = $_; Type = 'string'; Help = "Id of the $_."; Wire = Get-MgWireName $_ }) })
    } else {
        foreach ($key in $Entry.Properties.Keys) {
            # 'string: text', or 'string as @odata.id: text' where the name on the wire is another one.
            $type, $help = $Entry.Properties[$key] -split ':\s*', 2
            $type, $wire = $type -split ' as ', 2
            $properties.Add($key, [pscustomobject] @{ Name = $key; Type = $type; Help = $help; Wire = $wire ?? (Get-MgWireName $key) })
        }
    }
    [pscustomobject] @{
        Name       = $Name
        Help       = $Entry.Help
        Extends    = $Entry['Extends']
        IsIdentity = $Entry.ContainsKey('Ids')
        IsClosed   = [bool] $Entry['Closed']
        FromText   = $Entry['FromText']
        Columns    = $Entry['Columns']
        Own        = @($properties.Values)
        Properties = $properties
        Source     = $Source
        Module     = $Module
    }
}

function Complete-MgModel {
    <#
    .SYNOPSIS
        Adds the properties of what a model extends, and checks that every type it names is there.
    #>
    param([object] $Model, [System.Collections.Generic.IDictionary[string, object]] $Models)

    for ($parent = $Model.Extends; $parent; $parent = $Models[$parent].Extends) {
        if (-not $Models.ContainsKey($parent)) {
            throw "$($Model.Source): $($Model.Name) extends $parent, which is no model."
        }
        foreach ($property in $Models[$parent].Own) {
            $Model.Properties[$property.Name] = $property
        }
    }
    foreach ($property in $Model.Properties.Values) {
        if (-not (Get-MgType -Name $property.Type -Models $Models)) {
            throw "$($Model.Source): property $($property.Name) of $($Model.Name) has the unknown type '$($property.Type)'."
        }
    }
    if ($null -eq $Model.Columns -and -not $Model.IsIdentity) {
        $plain = $Model.Properties.Values.Where({ (Get-MgType -Name $_.Type -Models $Models).IsPlain -and $_.Name -ne 'Id' }).ForEach({ $_.Name })
        $Model.Columns = @($Model.Properties.ContainsKey('Id') ? 'Id' : @()) + @($plain)
    }
}

# Class: the type of a property in C#. Parameter: the type of a parameter in PowerShell. Read: the code that reads it.
$script:MgPlainTypes = @{
    string    = @{ Class = 'string?'; Parameter = 'string'; Read = 'GraphJson.ReadString(ref json)'; IsPlain = $true }
    word      = @{ Class = 'string?'; Parameter = 'string'; Read = 'GraphJson.ReadWord(ref json)'; IsPlain = $true }
    strings   = @{ Class = 'string[]?'; Parameter = 'string[]'; Read = 'GraphJson.ReadStrings(ref json)'; IsPlain = $true }
    words     = @{ Class = 'string[]?'; Parameter = 'string[]'; Read = 'GraphJson.ReadWords(ref json)'; IsPlain = $true }
    bool      = @{ Class = 'bool?'; Parameter = 'switch'; Read = 'GraphJson.ReadBoolean(ref json)'; IsPlain = $true }
    int       = @{ Class = 'int?'; Parameter = 'int'; Read = 'GraphJson.ReadInt32(ref json)'; IsPlain = $true }
    datetime  = @{ Class = 'DateTime?'; Parameter = 'datetime'; Read = 'GraphJson.ReadDateTime(ref json)'; IsPlain = $true }
    hashtable = @{ Class = 'Hashtable?'; Parameter = 'hashtable'; Read = 'GraphJson.ReadHashtable(ref json)'; IsPlain = $false }
}

function Get-MgType {
    <#
    .SYNOPSIS
        What a type of the model table is in C# and in PowerShell; nothing for an unknown one.
    #>
    param([string] $Name, [System.Collections.Generic.IDictionary[string, object]] $Models)

    if ($script:MgPlainTypes.ContainsKey($Name)) {
        return $script:MgPlainTypes[$Name]
    }
    $model = $Name -replace '\[\]$'
    if (-not $Models.ContainsKey($model)) {
        return
    }
    if ($Name.EndsWith('[]')) {
        return @{
            Class     = "I$model[]?"
            Parameter = "Microsoft.Graph.PowerShell.Models.I$model[]"
            Read      = "GraphJson.ReadModels<$model, I$model>(ref json)"
            IsPlain   = $false
        }
    }
    @{
        Class     = "I$model`?"
        Parameter = "Microsoft.Graph.PowerShell.Models.I$model"
        Read      = "GraphJson.ReadModel<$model>(ref json)"
        IsPlain   = $false
    }
}

function Get-MgWireName {
    <#
    .SYNOPSIS
        The name of a property on the wire: the same with a small first letter.
    #>
    param([string] $Name)

    $Name.Substring(0, 1).ToLowerInvariant() + $Name.Substring(1)
}

$script:MgMethods = @{
    List = 'GET'; Get = 'GET'; Create = 'POST'; Update = 'PATCH'; Delete = 'DELETE'; Assign = 'POST'; License = 'POST'; Restore = 'POST'; Revoke = 'POST'; Send = 'POST'; Set = 'PUT'
}

function Get-MgModuleOfFile {
    <#
    .SYNOPSIS
        Which module has what a table holds: a folder of its own is for what PowerShell loads on first use.
    #>
    param([System.IO.FileInfo] $File)

    $File.Directory.Name -eq 'wide' ? 'MgLicense.Wide' : 'MgLicense'
}

# What a cast in a path, such as graph.user, makes of the objects of a list.
$script:MgCasts = [ordered] @{
    AdministrativeUnit = 'administrative units'; Application = 'applications'; Device = 'devices'; DirectoryRole = 'roles of the directory'; Group = 'groups'
    OrgContact = 'contacts'; ServicePrincipal = 'service principals'; User = 'users'
}

function Expand-MgEntry {
    <#
    .SYNOPSIS
        The entries that one entry stands for: itself, its other names, and what Casts and Count say of its list.
    #>
    param([string] $Name, [hashtable] $Entry, [string] $Source, [string] $Module, [object] $Tables)

    $known = 'Owner', 'AlsoNamed', 'Path', 'OperationPath', 'Operation', 'Sets', 'Extra', 'Without', 'Identity', 'Body', 'Reference', 'Mandatory', 'PassThru', 'Output',
        'Casts', 'Count', 'Beta', 'Own', 'Completers', 'Transforms', 'Parameters', 'Synopsis', 'Description', 'Examples'
    foreach ($key in $Entry.Keys) {
        if ($key -notin $known) {
            throw "$Source`: $Name has the unknown key '$key'."
        }
    }
    foreach ($named in @($Name; $Entry['AlsoNamed'] ?? @())) {
        $renamed = $Entry.Clone()
        $renamed.Examples = @($Entry.Examples.ForEach({ @{ Code = $_.Code.Replace($Name, $named); Text = $_.Text } }))
        [pscustomobject] @{ Name = $named; Entry = $renamed; Source = $Source; Module = $Module; ApiVersion = 'v1.0'; Base = $null }
    }

    if (-not $Entry['Casts'] -and -not $Entry['Count']) {
        return
    }
    $collection, $item = [regex]::Match($Entry.Path, '^(.*?)(/\{[^}]+\})?$').Groups[1, 2].Value
    $hasIds = $collection -match '\{'
    $sample = Get-MgSample -Path $collection -Tables $Tables
    $derive = {
        param([string] $Derived, [hashtable] $What)
        $whole = @{ Owner = $Entry.Owner; Identity = $Entry['Identity'] } + $What
        [pscustomobject] @{ Name = $Derived; Entry = $whole; Source = $Source; Module = 'MgLicense.Wide'; ApiVersion = 'v1.0'; Base = $null }
    }
    foreach ($cast in $Entry['Casts']) {
        $plural = $script:MgCasts[$cast] ?? $(throw "$Source`: $Name casts to '$cast', which the generator does not know.")
        $level = @($Entry['Extra']?.List) -contains 'ConsistencyLevel' ? @('ConsistencyLevel') : @()
        $listed = $Entry.Synopsis.TrimEnd('.')
        & $derive "${Name}As$cast" @{
            Path        = "$collection$($item ? $item : '/{directoryObject-id}')/graph.$(Get-MgWireName $cast)"
            Sets        = 'List', 'Get', 'GetViaIdentity'
            Extra       = @{ List = @('Skip') + $level; Get = $level; GetViaIdentity = $level }
            Output      = "MicrosoftGraph$cast"
            Synopsis    = "$listed, but only $plural."
            Description = "$listed, but only those that are $plural. The objects are $plural with the properties of their own, not bare objects of the directory; -Property says which are filled."
            Examples    = @(@{ Code = "$($sample.Before)${Name}As$cast $($sample.Arguments)-All"; Text = "Lists the $plural among them." })
        }
        if ($Entry['Count']) {
            & $derive "${Name}CountAs$cast" (Get-MgCountEntry -Path "$collection/graph.$(Get-MgWireName $cast)" -Listed "$listed, but only $plural" -HasIds $hasIds -Example "$($sample.Before)${Name}CountAs$cast $($sample.Arguments)")
        }
    }
    # The list of all deleted objects can't be read, and so not be counted; those of its casts can.
    if ($Entry['Count'] -and "$($Entry['Count'])" -ne 'Casts') {
        & $derive "${Name}Count" (Get-MgCountEntry -Path $collection -Listed $Entry.Synopsis.TrimEnd('.') -HasIds $hasIds -Example "$($sample.Before)${Name}Count $($sample.Arguments)")
    }
}

function Get-MgCountEntry {
    <#
    .SYNOPSIS
        What the command that counts the objects of a list says of itself.
    #>
    param([string] $Path, [string] $Listed, [bool] $HasIds, [string] $Example)

    $counted = 'Counts ' + ($Listed -replace '^\w+ ')
    @{
        Path        = "$Path/`$count"
        Sets        = @('Get') + @($HasIds ? 'GetViaIdentity' : @())
        Output      = 'int'
        Synopsis    = "$counted."
        Description = "$counted, and writes the number. The service counts only with -ConsistencyLevel eventual; -Filter and -Search say what counts."
        Examples    = @(@{ Code = "$Example-ConsistencyLevel eventual"; Text = 'Writes the number.' })
    }
}

function Get-MgSample {
    <#
    .SYNOPSIS
        The ids of a path as an example gives them: the lines before the call, and the arguments.
    #>
    param([string] $Path, [object] $Tables)

    $before = ''
    $arguments = ''
    foreach ($id in (Get-MgIdOfPath -Path $Path).Keys) {
        $sample = $Tables.Parameters.Samples[$id] ?? $(throw "parameters.psd1 has no example of -$id under Samples.")
        $before += $sample['Before'] ? "$($sample.Before)`n" : ''
        $arguments += "-$id $($sample.Value) "
    }
    [pscustomobject] @{ Before = $before; Arguments = $arguments }
}

function Get-MgIdOfPath {
    <#
    .SYNOPSIS
        The id parameters of a path, each with its placeholder.
    #>
    param([string] $Path)

    $ids = [ordered] @{}
    foreach ($match in [regex]::Matches($Path, '\{([^}]+)\}')) {
        $placeholder = $match.Groups[1].Value
        $ids[-join ($placeholder -split '-').ForEach({ $_.Substring(0, 1).ToUpperInvariant() + $_.Substring(1) })] = $placeholder
    }
    $ids
}

function ConvertTo-MgBetaEntry {
    <#
    .SYNOPSIS
        The twins on the beta endpoint: the same entries under the names the SDK has for them.
    #>
    param([object[]] $Entries)

    $twins = $Entries.Where({ $_.Entry['Beta'] -ne $false })
    $names = [System.Collections.Generic.HashSet[string]]::new([string[]] @($twins.Name), [System.StringComparer]::OrdinalIgnoreCase)
    $toBeta = { $names.Contains($_.Value) ? ($_.Value -replace '-Mg', '-MgBeta') : $_.Value }
    foreach ($one in $twins) {
        $entry = $one.Entry.Clone()
        $entry.Owner = $entry.Owner -replace '^Microsoft\.Graph\.', 'Microsoft.Graph.Beta.'
        $entry.Synopsis = $entry.Synopsis.TrimEnd('.') + ', on the beta endpoint.'
        $entry.Examples = @($entry.Examples.ForEach({ @{ Code = $_.Code -replace '\b[A-Z][a-z]+-Mg[A-Z]\w+', $toBeta; Text = $_.Text } }))
        [pscustomobject] @{
            Name = $one.Name -replace '-Mg', '-MgBeta'; Entry = $entry; Source = $one.Source; Module = 'MgLicense.Wide'; ApiVersion = 'beta'; Base = $one.Name
        }
    }
}

function ConvertTo-MgCommand {
    <#
    .SYNOPSIS
        Makes one command of its entry: its sets, and for each set method, path and parameters.
    #>
    param([object] $Entry, [object] $Tables)

    $name, $source, $what = $Entry.Name, $Entry.Source, $Entry.Entry
    foreach ($key in 'Body', 'Output') {
        if ($what[$key] -and -not $Tables.Models.ContainsKey($what[$key]) -and -not $script:MgPlainTypes.ContainsKey($what[$key])) {
            throw "$source`: $key of $name names $($what[$key]), which is no model."
        }
    }
    $verb, $noun = $name -split '-', 2
    $command = [pscustomobject] @{
        Name       = $name
        Verb       = $verb
        Noun       = $noun
        Entry      = $what
        Module     = $Entry.Module
        ApiVersion = $Entry.ApiVersion
        Base       = $null
        Writes     = $false
        Sets       = @()
        Parameters = [System.Collections.Generic.SortedDictionary[string, object]]::new([System.StringComparer]::Ordinal)
    }
    $command.Sets = @($what.Sets.ForEach({ ConvertTo-MgSet -Name $_ -Command $command -Tables $Tables }))
    $command.Writes = $command.Sets[0].Method -ne 'GET'
    Join-MgParameter -Command $command -Tables $Tables
    $command
}

function ConvertTo-MgTwin {
    <#
    .SYNOPSIS
        The twin of a command: the same sets and parameters under another name, on another endpoint.
    #>
    param([object] $Entry, [object] $Base)

    $verb, $noun = $Entry.Name -split '-', 2
    [pscustomobject] @{
        Name       = $Entry.Name
        Verb       = $verb
        Noun       = $noun
        Entry      = $Entry.Entry
        Module     = $Entry.Module
        ApiVersion = $Entry.ApiVersion
        Base       = $Entry.Base
        Writes     = $Base.Writes
        Sets       = $Base.Sets
        Parameters = $Base.Parameters
    }
}

function ConvertTo-MgSet {
    <#
    .SYNOPSIS
        Works out one parameter set from its name.
    #>
    param([string] $Name, [object] $Command, [object] $Tables)

    $entry = $Command.Entry
    $word = $script:MgMethods.Keys.Where({ $Name.StartsWith($_) }) | Sort-Object -Property Length -Descending | Select-Object -First 1
    if (-not $word) {
        throw "$($Command.Name): the set '$Name' begins with no word the generator knows ($($script:MgMethods.Keys -join ', '))."
    }
    $rest = $Name.Substring($word.Length)
    $isIdentity = $rest.StartsWith('ViaIdentity')
    $isExpanded = $rest.EndsWith('Expanded')
    $path = $entry.Path
    if ($word -eq 'List') {
        $path = $path -replace '/\{[^}]+\}(?=(/graph\.\w+)?$)'
    }
    $ids = Get-MgIdOfPath -Path $path

    # Name = @{ Type; Mandatory; Pipeline; Alias; Help }
    $parameters = [ordered] @{}
    if ($isIdentity) {
        $parameters['InputObject'] = @{ Type = "[Microsoft.Graph.PowerShell.Models.I$($entry.Identity)]"; Mandatory = $true; Pipeline = $true; Help = $Tables.Parameters.Shared.InputObject }
    } else {
        foreach ($id in $ids.Keys) {
            $help = $Tables.Parameters.Ids[$id]
            if (-not $help) {
                throw "$($Command.Name): parameters.psd1 has no text for -$id under Ids."
            }
            $parameters[$id] = @{ Type = 'string'; Mandatory = $true; Help = $help }
        }
    }
    $reference = $isExpanded ? $entry['Reference'] : $null
    if ($reference) {
        $parameters[$reference] = @{ Type = 'string'; Help = $Tables.Parameters.Ids[$reference] }
    } elseif ($entry['Body'] -eq 'hashtable') {
        $parameters['BodyParameter'] = @{ Type = 'hashtable'; Mandatory = $true; Pipeline = $true; Help = $Tables.Parameters.Shared.BodyParameter }
    } elseif ($entry['Body']) {
        if ($isExpanded) {
            foreach ($property in $Tables.Models[$entry.Body].Properties.Values) {
                $parameters[$property.Name] = @{ Type = $property.Type; Help = $property.Help; InBody = $true; Mandatory = $property.Name -in $entry['Mandatory'] }
            }
            $parameters['AdditionalProperties'] = @{ Type = 'hashtable'; Help = $Tables.Parameters.Shared.AdditionalProperties; InBody = $true }
        } else {
            $parameters['BodyParameter'] = @{ Type = "[Microsoft.Graph.PowerShell.Models.I$($entry.Body)]"; Mandatory = $true; Pipeline = $true; Help = $Tables.Parameters.Shared.BodyParameter }
        }
    }
    $isCount = $path.EndsWith('/$count')
    $bundle = $isCount ? $Tables.Parameters.Count : $Tables.Parameters[$word] ?? @{}
    foreach ($key in $bundle.Keys | Sort-Object) {
        $parameters[$key] = $bundle[$key]
    }
    if ($entry['PassThru']) {
        $parameters['PassThru'] = $Tables.Parameters.Delete.PassThru
    }
    $extra = ($entry['Extra'] ?? @{})[$Name]
    foreach ($key in $extra) {
        $parameters[$key] = $Tables.Parameters.Extra[$key] ?? $(throw "$($Command.Name): parameters.psd1 has no '$key' under Extra.")
    }
    foreach ($key in ($entry['Without'] ?? @{})[$Name]) {
        $parameters.Remove($key)
    }
    $own = $entry['Own'] ?? @{}
    foreach ($key in $own.Keys.Where({ $Name -in $own[$_].Sets }) | Sort-Object) {
        $parameters[$key] = $own[$key]
    }

    [pscustomobject] @{
        Name       = $Name
        Word       = $word
        Method     = $script:MgMethods[$word]
        Path       = $path
        Ids        = $ids
        IsIdentity = $isIdentity
        HasBody    = [bool] $entry['Body'] -and -not $reference
        IsExpanded = $isExpanded -and $entry['Body'] -and -not $reference
        Reference  = $reference
        Parameters = $parameters
    }
}

function Join-MgParameter {
    <#
    .SYNOPSIS
        Puts the parameters of the sets of a command together, as the public function needs them.
    #>
    param([object] $Command, [object] $Tables)

    foreach ($set in $Command.Sets) {
        foreach ($name in $set.Parameters.Keys) {
            $parameter = $set.Parameters[$name]
            if (-not $Command.Parameters.ContainsKey($name)) {
                $Command.Parameters[$name] = [pscustomobject] @{
                    Name      = $name
                    Type      = Get-MgParameterType -Type $parameter.Type -Models $Tables.Models
                    Alias     = $parameter['Alias']
                    Help      = ($Command.Entry['Parameters'] ?? @{})[$name] ?? $parameter.Help
                    Completer = ($Command.Entry['Completers'] ?? @{})[$name]
                    Transform = ($Command.Entry['Transforms'] ?? @{})[$name]
                    Hidden    = $false
                    NotNull   = $false
                    Sets      = [ordered] @{}
                }
            }
            $Command.Parameters[$name].Sets[$set.Name] = [pscustomobject] @{ Mandatory = [bool] $parameter['Mandatory']; Pipeline = [bool] $parameter['Pipeline'] }
        }
    }
    foreach ($name in $Tables.Parameters.Runtime.Keys) {
        $parameter = $Tables.Parameters.Runtime[$name]
        $Command.Parameters[$name] = [pscustomobject] @{
            Name      = $name
            Type      = Get-MgParameterType -Type $parameter.Type -Models $Tables.Models
            Alias     = $parameter['Alias']
            Help      = $parameter.Help
            Completer = $null
            Transform = ($Command.Entry['Transforms'] ?? @{})[$name]
            Hidden    = [bool] $parameter['Hidden']
            NotNull   = [bool] $parameter['NotNull']
            Sets      = [ordered] @{ '' = [pscustomobject] @{ Mandatory = $false; Pipeline = [bool] $parameter['Pipeline'] } }
        }
    }

    # A parameter that is the same in every set is said once.
    foreach ($parameter in $Command.Parameters.Values) {
        $kinds = @($parameter.Sets.Values.ForEach({ "$($_.Mandatory) $($_.Pipeline)" }) | Sort-Object -Unique)
        if ($parameter.Sets.Count -eq $Command.Sets.Count -and $kinds.Count -eq 1) {
            $parameter.Sets = [ordered] @{ '' = @($parameter.Sets.Values)[0] }
        }
    }
}

function Get-MgParameterType {
    <#
    .SYNOPSIS
        The type of a parameter in PowerShell, without brackets around it.
    #>
    param([string] $Type, [System.Collections.Generic.IDictionary[string, object]] $Models)

    if ($Type.StartsWith('[')) {
        return $Type.Substring(1, $Type.Length - 2)
    }
    (Get-MgType -Name $Type -Models $Models).Parameter
}
