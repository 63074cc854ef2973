# The about_ topics: there is one for each workflow, Get-Help finds it, and every example in it runs, in its order, on the
# sample company.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    $topics = foreach ($file in Get-ChildItem (Join-Path (Get-TestModulePath) 'en-US') -Filter 'about_*.help.txt') {
        # Examples are what stands eight blanks in; what belongs to one is not parted by text.
        $text = (Get-Content -Raw $file.FullName) -replace '\r'
        $blocks = [regex]::Matches($text, '(?m)^        \S.*\n(?:(?:[ ]{8}.*)?\n)*?(?=^ {0,7}\S|\z)').ForEach({ $_.Value -replace '(?m)^        ' })
        @{ Topic = $file.Name -replace '\.help\.txt$'; Path = $file.FullName; Blocks = @($blocks) }
    }
    $examples = foreach ($topic in $topics) {
        for ($number = 0; $number -lt $topic.Blocks.Count; $number++) {
            @{ Topic = $topic.Topic; Number = $number; Code = $topic.Blocks[$number] }
        }
    }
}

BeforeAll {
    Set-StrictMode -Version 3.0
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule
}

Describe 'about_ topics' {
    It 'are there for every workflow' -ForEach @{ Topics = $topics.Topic } {
        foreach ($workflow in '', '_Bulk', '_Groups', '_Reports', '_Local_Tenant', '_Connecting', '_Testing', '_OldModules') {
            $Topics | Should -Contain "about_MgLicense$workflow"
        }
    }

    It '<Topic> is found, begins with its name, and leads to what there is' -ForEach $topics {
        $text = Get-Help $Topic | Out-String
        $text | Should -Match "TOPIC\s+$Topic\b"
        $text | Should -Match 'SHORT DESCRIPTION\s+\S'
        $text -match '(?s)SEE ALSO\s+(.+)$' | Should -BeTrue
        foreach ($name in $Matches[1].Trim() -split '\s+') {
            @(Get-Help $name -ErrorAction Stop).Count | Should -BeGreaterThan 0
        }
    }

    It 'no line of <Topic> is too long for a console' -ForEach $topics {
        # A call of an old module and the new one stand in one line each, to be copied.
        (Get-Content $Path).Where({ $_.Length -gt 80 -and $_ -notmatch '^      -> ' -and $Topic -notmatch 'OldModules' }) | Should -BeNullOrEmpty
    }
}

Describe 'Every example of an about_ topic runs' -ForEach @{ Examples = @($examples) } {
    BeforeAll {
        # One shell for all, in which each topic has a folder and a tenant of its own.
        $folder = New-TestPath 'about'
        $null = New-Item -ItemType Directory -Path $folder
        $all = foreach ($group in $Examples | Group-Object { $_.Topic }) { @{ Topic = $group.Name; Blocks = @($group.Group.Code) } }
        ConvertTo-Json -InputObject @($all) -Depth 5 | Set-Content (Join-Path $folder 'topics.json')
        $run = Invoke-ChildShell -Environment @{ MGLICENSE_RUNS = (Join-Path $folder 'runs'); MGLICENSE_SETTINGS = (Join-Path $folder 'settings') } -Script @"
`$ProgressPreference = 'SilentlyContinue'
Import-Module `$module
`$said = foreach (`$topic in Get-Content -Raw '$folder/topics.json' | ConvertFrom-Json) {
    `$place = New-Item -ItemType Directory -Path (Join-Path '$folder' `$topic.Topic)
    Set-Location `$place
    # Some make the tenant themselves.
    if (`$topic.Blocks[0] -notmatch 'New-MgLocalTenant') {
        `$null = New-MgLocalTenant -Path contoso.mgtenant -Sample
        Connect-MgGraph -LocalTenant contoso.mgtenant -NoWelcome
    }
    if (`$topic.Topic -eq 'about_MgLicense_Connecting') { Use-MgLocalTenant -Path contoso.mgtenant }
    for (`$number = 0; `$number -lt `$topic.Blocks.Count; `$number++) {
        `$Error.Clear()
        try { `$text = . ([scriptblock]::Create(`$topic.Blocks[`$number])) *>&1 | Out-String -Width 100 } catch { `$text = "THROWN `$_" }
        @{ Topic = `$topic.Topic; Number = `$number; Text = `$text; Errors = @(`$Error.ForEach({ "`$_" })) }
    }
    Use-MgLocalTenant -Off
    if (Get-MgContext) { `$null = Disconnect-MgGraph }
}
ConvertTo-Json -InputObject @(`$said) -Depth 5 | Set-Content '$folder/said.json'
"@
        if (-not (Test-Path "$folder/said.json")) { throw "the topics did not run: $($run.Text)" }
        $said = Get-Content -Raw "$folder/said.json" | ConvertFrom-Json
    }

    It '<Topic>: <Code>' -ForEach $examples {
        $own = $said.Where({ $_.Topic -eq $Topic -and $_.Number -eq $Number })
        $own.Count | Should -Be 1
        $own[0].Errors | Should -BeNullOrEmpty -Because $own[0].Text
        $own[0].Text | Should -Not -Match '^THROWN'
    }
}
