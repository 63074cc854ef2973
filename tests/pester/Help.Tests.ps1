#Requires -Modules @{ ModuleName = 'Pester'; ModuleVersion = '5.0' }
# Every command explains itself.

BeforeDiscovery {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $commands = @((Get-Module MgLicense).ExportedCommands.Values.Where({ $_.CommandType -ne 'Alias' }).ForEach({ @{ Name = $_.Name } }))
    $common = @([System.Management.Automation.PSCmdlet]::CommonParameters)
    $parameters = foreach ($command in $commands) {
        foreach ($name in (Get-Command $command.Name).Parameters.Keys.Where({ $_ -notin $common })) { @{ Name = $command.Name; Parameter = $name } }
    }
    $examples = foreach ($command in $commands) {
        (Get-Help $command.Name).Examples.Example.ForEach({ @{ Name = $command.Name; Code = $_.Code } })
    }
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
}

Describe 'Help' {
    It 'is there for as many commands as the module exports' {
        (Get-Module MgLicense).ExportedCommands.Values.Where({ $_.CommandType -ne 'Alias' }).Count | Should -BeGreaterThan 25
    }

    It '<Name> has a synopsis, a description and an example with a remark' -ForEach $commands {
        $help = Get-Help $Name
        # Without help, Get-Help makes a synopsis of the syntax.
        $help.Synopsis | Should -Match '^[A-Z].*\.$'
        $help.Synopsis | Should -Not -Match ([regex]::Escape($Name))
        ($help.Description.Text -join ' ').Length | Should -BeGreaterThan $help.Synopsis.Length
        @($help.Examples.Example).Count | Should -BeGreaterThan 0
        foreach ($example in $help.Examples.Example) {
            $example.Code | Should -Not -BeNullOrEmpty
            ($example.Remarks.Text -join '').Trim() | Should -Match '\.$'
        }
    }

    It '<Name> shows its syntax' -ForEach $commands {
        $sets = (Get-Command $Name).ParameterSets
        @((Get-Help $Name).Syntax.SyntaxItem).Count | Should -Be $sets.Count
    }

    It '<Name> -<Parameter> is described' -ForEach $parameters {
        $text = (Get-Help $Name -Parameter $Parameter).Description.Text -join ' '
        $text.Trim() | Should -Match '^\S.*[.?]$'
    }

    It 'the example of <Name> parses, and calls commands and parameters there are: <Code>' -ForEach $examples {
        $tokens = $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $tokens, [ref] $errors)
        $errors | Should -BeNullOrEmpty
        foreach ($call in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
            $called = Get-Command $call.GetCommandName() -ErrorAction Stop
            foreach ($parameter in $call.CommandElements.Where({ $_ -is [System.Management.Automation.Language.CommandParameterAst] })) {
                { $called.ResolveParameter($parameter.ParameterName) } | Should -Not -Throw
            }
        }
    }

    It 'an example of <Name> calls it' -ForEach $commands {
        (Get-Help $Name).Examples.Example.Code -join "`n" | Should -Match ([regex]::Escape($Name))
    }

    It 'docs/compatibility.md names every command of our own' {
        $page = Get-Content -Raw (Join-Path (Get-RepositoryRoot) 'docs' 'compatibility.md')
        $own = (Get-Module MgLicense).ExportedCmdlets.Keys.Where({ $_ -match '-Mg(License|LocalTenant)|(Test|Remove|Switch|Wait)-Mg(User|Group)License|-MgUser(ServicePlan|UsageLocation)' })
        $own.Count | Should -BeGreaterThan 25
        $own.Where({ $page -notmatch "``$_``" }) | Should -BeNullOrEmpty
    }

    It 'about_MgLicense is found and names what to read next' {
        $about = Get-Help about_MgLicense
        $about | Should -Match 'Set-MgUserLicense'
        $about | Should -Match 'New-MgLocalTenant'
    }

    It 'no line of about_MgLicense is too long for a console' {
        $path = Join-Path (Get-TestModulePath) 'en-US' 'about_MgLicense.help.txt'
        (Get-Content $path).Where({ $_.Length -gt 80 }) | Should -BeNullOrEmpty
    }
}

Describe 'Every example of the help does what it says it does' {
    BeforeAll {
        # The company of the examples: ada can be licensed, and holds SPE_E3 where an example takes that away.
        function New-ExampleFolder {
            param([string] $Code)
            $folder = New-TestPath 'example'
            $null = New-Item -ItemType Directory -Path $folder
            $seed = Get-CompanySeed
            if ($Code -match 'RemoveLicenses SPE_E3') {
                $seed.users[0].assignedLicenses = @(@{ skuPartNumber = 'SPE_E3'; disabledPlans = @() })
            }
            $whole = @{ version = 1; seed = 1; settings = @{ durability = 'none'; requestLog = 'all' } } + $seed
            $whole | ConvertTo-Json -Depth 20 | Set-Content -Path (Join-Path $folder 'seed.json')
            'UserPrincipalName,UsageLocation', 'ada@contoso.com,', 'cy@contoso.com,GB' | Set-Content -Path (Join-Path $folder 'joiners.csv')
            Copy-Item -Path (Join-Path (Get-RepositoryRoot) 'rust' 'rules' 'data' 'sku-service-plans.csv') -Destination (Join-Path $folder 'products.csv')
            $folder
        }
    }

    AfterEach {
        Use-MgLocalTenant -Off
        $null = Disable-MgLicenseCompatibility
        Disconnect-TestTenant
    }

    It '<Name>: <Code>' -ForEach $examples {
        $folder = New-ExampleFolder $Code
        Push-Location $folder
        $confirm = $global:ConfirmPreference
        $global:ConfirmPreference = 'None'
        try {
            if ($Name -ne 'New-MgLocalTenant') {
                $null = New-MgLocalTenant -Path contoso.mgtenant -Seed seed.json
            }
            if ($Name -notin 'New-MgLocalTenant', 'Remove-MgLocalTenant', 'Connect-MgGraph') {
                Connect-MgGraph -LocalTenant contoso.mgtenant -NoWelcome
            }
            # As at a prompt, but nobody is there to answer.
            $block = [scriptblock]::Create("Set-StrictMode -Off`n" + ($Code -replace '-Confirm(?!:)', '-Confirm:$false'))
            $recorded = Invoke-Recorded $block
            $recorded.Thrown | Should -BeNullOrEmpty
            $recorded.Errors | Should -BeNullOrEmpty
            # What is listed of a run may well have failed then.
            $recorded.Output.Where({ $Name -ne 'Get-MgLicenseRun' -and $_ -is [MgLicense.AssignmentResult] -and $_.Error }) | Should -BeNullOrEmpty
        } finally {
            $global:ConfirmPreference = $confirm
            Pop-Location
        }
    }
}
