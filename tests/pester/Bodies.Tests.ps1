# What goes on the wire for what scripts pass, byte for byte but for the order of members.

BeforeDiscovery {
    $e5 = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
    $flow = 'f30db892-07e9-47e9-837c-80727f46fd3d'
    $sway = 'a23b959c-7ce8-4e57-9140-b90eb88a9e97'
    $yammer = '7547a3fe-08ee-4ccb-b430-5077c5041653'
    $other = '18181a46-0d4e-45cd-891e-60aabd171b4e'

    # Add or Remove left out means that the parameter is left out.
    $lists = @(
        @{ Name = 'one hashtable'; Add = @{ SkuId = $e5 }; Remove = @(); Body = "{`"addLicenses`":[{`"skuId`":`"$e5`"}],`"removeLicenses`":[]}" }
        @{ Name = 'several, one with plans off'; Add = @(@{ SkuId = $e5 }, @{ SkuId = $flow; DisabledPlans = @($sway, $yammer) }); Remove = @()
            Body = "{`"addLicenses`":[{`"skuId`":`"$e5`"},{`"disabledPlans`":[`"$sway`",`"$yammer`"],`"skuId`":`"$flow`"}],`"removeLicenses`":[]}"
        }
        @{ Name = 'a Guid, with plans null'; Add = @{ SkuId = [guid] $e5.ToUpperInvariant(); DisabledPlans = $null }; Remove = @()
            Body = "{`"addLicenses`":[{`"skuId`":`"$e5`"}],`"removeLicenses`":[]}"
        }
        @{ Name = 'one plan without a list around it'; Add = @{ SkuId = $e5; DisabledPlans = $sway }; Remove = @()
            Body = "{`"addLicenses`":[{`"disabledPlans`":[`"$sway`"],`"skuId`":`"$e5`"}],`"removeLicenses`":[]}"
        }
        @{ Name = 'a plan that is a Guid'; Add = @{ SkuId = $e5; DisabledPlans = @([guid] $sway) }; Remove = @()
            Body = "{`"addLicenses`":[{`"disabledPlans`":[`"$sway`"],`"skuId`":`"$e5`"}],`"removeLicenses`":[]}"
        }
        @{ Name = 'an empty list of plans'; Add = @{ SkuId = $e5; DisabledPlans = @() }; Remove = @()
            Body = "{`"addLicenses`":[{`"disabledPlans`":[],`"skuId`":`"$e5`"}],`"removeLicenses`":[]}"
        }
        @{ Name = 'keys in any case'; Add = @{ SKUID = $e5; disabledplans = @($sway) }; Remove = @()
            Body = "{`"addLicenses`":[{`"disabledPlans`":[`"$sway`"],`"skuId`":`"$e5`"}],`"removeLicenses`":[]}"
        }
        @{ Name = 'an ordered dictionary'; Add = [ordered]@{ DisabledPlans = @(); SkuId = $e5 }; Remove = @()
            Body = "{`"addLicenses`":[{`"disabledPlans`":[],`"skuId`":`"$e5`"}],`"removeLicenses`":[]}"
        }
        @{ Name = 'a custom object'; Add = [pscustomobject]@{ SkuId = $e5; DisabledPlans = @($sway) }; Remove = @()
            Body = "{`"addLicenses`":[{`"disabledPlans`":[`"$sway`"],`"skuId`":`"$e5`"}],`"removeLicenses`":[]}"
        }
        @{ Name = 'a JSON object as text'; Add = "{`"skuId`":`"$e5`",`"disabledPlans`":[]}"; Remove = @()
            Body = "{`"addLicenses`":[{`"disabledPlans`":[],`"skuId`":`"$e5`"}],`"removeLicenses`":[]}"
        }
        @{ Name = 'unknown keys, which are dropped'; Add = @{ SkuId = $e5; SkuPartNumber = 'SPE_E5'; Note = 1 }; Remove = @()
            Body = "{`"addLicenses`":[{`"skuId`":`"$e5`"}],`"removeLicenses`":[]}"
        }
        @{ Name = 'text that is no id'; Add = @{ SkuId = 'sku-a' }; Remove = @('sku-b')
            Body = '{"addLicenses":[{"skuId":"sku-a"}],"removeLicenses":["sku-b"]}'
        }
        @{ Name = 'two plan ids glued together'; Add = @{ SkuId = $e5; DisabledPlans = $sway + $yammer }; Remove = @()
            Body = "{`"addLicenses`":[{`"disabledPlans`":[`"$sway$yammer`"],`"skuId`":`"$e5`"}],`"removeLicenses`":[]}"
        }
        @{ Name = 'nothing to add, as @()'; Add = @(); Remove = @($other); Body = "{`"addLicenses`":[],`"removeLicenses`":[`"$other`"]}" }
        @{ Name = 'nothing to add, as @{}'; Add = @{}; Remove = @($other); Body = "{`"addLicenses`":[],`"removeLicenses`":[`"$other`"]}" }
        @{ Name = 'nothing to add, as @(@{})'; Add = @(@{}); Remove = @($other); Body = "{`"addLicenses`":[],`"removeLicenses`":[`"$other`"]}" }
        @{ Name = 'nothing to add, as null'; Add = $null; Remove = @($other); Body = "{`"addLicenses`":[],`"removeLicenses`":[`"$other`"]}" }
        @{ Name = 'nothing to add, by leaving it out'; Remove = @($other); Body = "{`"addLicenses`":[],`"removeLicenses`":[`"$other`"]}" }
        @{ Name = 'nothing to remove, by leaving it out'; Add = @{ SkuId = $e5 }; Body = "{`"addLicenses`":[{`"skuId`":`"$e5`"}],`"removeLicenses`":[]}" }
        @{ Name = 'nothing to remove, as null'; Add = @{ SkuId = $e5 }; Remove = $null; Body = "{`"addLicenses`":[{`"skuId`":`"$e5`"}],`"removeLicenses`":[]}" }
        @{ Name = 'an empty hashtable among licences'; Add = @(@{}, @{ SkuId = $e5 }); Remove = @(); Body = "{`"addLicenses`":[{`"skuId`":`"$e5`"}],`"removeLicenses`":[]}" }
        @{ Name = 'one text to remove'; Add = @(); Remove = $other; Body = "{`"addLicenses`":[],`"removeLicenses`":[`"$other`"]}" }
        @{ Name = 'one Guid to remove'; Add = @(); Remove = [guid] $other; Body = "{`"addLicenses`":[],`"removeLicenses`":[`"$other`"]}" }
        @{ Name = 'a list of Guids to remove'; Add = @(); Remove = [guid[]] @($other, $flow); Body = "{`"addLicenses`":[],`"removeLicenses`":[`"$other`",`"$flow`"]}" }
        @{ Name = 'a generic list to remove'; Add = @(); Remove = [System.Collections.Generic.List[string]] @($other, $flow)
            Body = "{`"addLicenses`":[],`"removeLicenses`":[`"$other`",`"$flow`"]}"
        }
        @{ Name = 'nothing at all'; Add = @(); Remove = @(); Body = '{"addLicenses":[],"removeLicenses":[]}' }
        @{ Name = 'products and plans by name, in any case'; Add = @{ SkuId = 'spe_E5'; DisabledPlans = 'sway', 'YAMMER_ENTERPRISE' }; Remove = @('Flow_Free')
            Body = "{`"addLicenses`":[{`"disabledPlans`":[`"$sway`",`"$yammer`"],`"skuId`":`"$e5`"}],`"removeLicenses`":[`"$flow`"]}"
        }
        @{ Name = 'a product as bare text'; Add = 'SPE_E5'; Remove = @(); Body = "{`"addLicenses`":[{`"skuId`":`"$e5`"}],`"removeLicenses`":[]}" }
        @{ Name = 'products as bare texts, by id and name'; Add = 'SPE_E5', $flow; Remove = @()
            Body = "{`"addLicenses`":[{`"skuId`":`"$e5`"},{`"skuId`":`"$flow`"}],`"removeLicenses`":[]}"
        }
    )

    $bodies = @(
        @{ Name = 'a hashtable'; Given = @{ addLicenses = @(@{ skuId = $e5 }); removeLicenses = @() } }
        @{ Name = 'keys in other cases'; Given = @{ ADDLICENSES = @(@{ SkuID = $e5 }); RemoveLicenses = @() } }
        @{ Name = 'an ordered dictionary'; Given = [ordered]@{ RemoveLicenses = @(); AddLicenses = @([ordered]@{ SkuId = $e5 }) } }
        @{ Name = 'a custom object'; Given = [pscustomobject]@{ AddLicenses = @([pscustomobject]@{ SkuId = $e5 }); RemoveLicenses = @() } }
        @{ Name = 'JSON text'; Given = "{`"addLicenses`":[{`"skuId`":`"$e5`"}],`"removeLicenses`":[]}" }
        @{ Name = 'one licence without a list around it'; Given = @{ addLicenses = @{ skuId = [guid] $e5 }; removeLicenses = @() } }
        @{ Name = 'a key left out'; Given = @{ addLicenses = @(@{ skuId = $e5 }) } }
        @{ Name = 'a null key'; Given = @{ addLicenses = @(@{ skuId = $e5 }); removeLicenses = $null } }
        @{ Name = 'names for ids'; Given = @{ addLicenses = @(@{ skuId = 'SPE_E5' }); removeLicenses = @() } }
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $null = Connect-TestTenant -Seed (Get-CompanySeed)

    # The body of the one write that a call sends, with its members in order.
    function Get-SentBody {
        param([scriptblock] $Block)
        $requests = @(Get-SentRequest -WriteOnly $Block)
        $requests | Should -HaveCount 1
        $requests[0].Body | ConvertTo-SortedJson
    }
}

AfterAll {
    Disconnect-TestTenant
}

Describe 'The body of Set-MgUserLicense' {
    It 'is exact for <Name>' -ForEach $lists {
        $arguments = @{}
        foreach ($pair in @(@('Add', 'AddLicenses'), @('Remove', 'RemoveLicenses'))) {
            # Data of one case stays visible in the next, so ask the case itself.
            if ($_.ContainsKey($pair[0])) { $arguments[$pair[1]] = $_[$pair[0]] }
        }
        Get-SentBody { Set-MgUserLicense -UserId eve@contoso.com @arguments } | Should -BeExactly $Body
    }

    It 'is the same for -BodyParameter as <Name>' -ForEach $bodies {
        Get-SentBody { Set-MgUserLicense -UserId eve@contoso.com -BodyParameter $Given } |
            Should -BeExactly '{"addLicenses":[{"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06"}],"removeLicenses":[]}'
    }

    It 'takes the licences of another user as they were read' {
        $bob = Get-MgUser -UserId bob@contoso.com -Property AssignedLicenses
        $sent = Get-SentBody { Set-MgUserLicense -UserId ada@contoso.com -AddLicenses $bob.AssignedLicenses -RemoveLicenses @() } | ConvertFrom-Json
        $sent.addLicenses | Should -HaveCount 1
        $sent.addLicenses[0].skuId | Should -BeExactly '05e9a617-0261-4cee-bb44-138d3ef5d965'
        @($sent.addLicenses[0].disabledPlans | Sort-Object) | Should -Be @('7547a3fe-08ee-4ccb-b430-5077c5041653', 'a23b959c-7ce8-4e57-9140-b90eb88a9e97')
        $sent.removeLicenses.Count | Should -Be 0
    }

    It 'takes a licence that was read and edited' {
        $license = (Get-MgUser -UserId bob@contoso.com -Property AssignedLicenses).AssignedLicenses[0]
        $license.DisabledPlans = @('a23b959c-7ce8-4e57-9140-b90eb88a9e97')
        Get-SentBody { Set-MgUserLicense -UserId bob@contoso.com -AddLicenses $license -RemoveLicenses @() } |
            Should -BeExactly '{"addLicenses":[{"disabledPlans":["a23b959c-7ce8-4e57-9140-b90eb88a9e97"],"skuId":"05e9a617-0261-4cee-bb44-138d3ef5d965"}],"removeLicenses":[]}'
    }

    It 'takes whole products from Get-MgSubscribedSku' {
        $sku = Get-MgSubscribedSku -All | Where-Object SkuPartNumber -EQ SPE_E5
        Get-SentBody { Set-MgUserLicense -UserId eve@contoso.com -AddLicenses $sku -RemoveLicenses @() } |
            Should -BeExactly '{"addLicenses":[{"skuId":"06ebc4ee-1bb5-47dd-8120-11324bc54e06"}],"removeLicenses":[]}'
    }

    It 'keeps a licence that names no product, so that the service refuses the whole: <Name>' -ForEach @(
        @{ Name = 'a null SkuId, as after a look-up that found nothing'; Arguments = @{ AddLicenses = @{ SkuId = $null } } }
        @{ Name = 'a misspelt key'; Arguments = @{ AddLicenses = @{ Sku = '06ebc4ee-1bb5-47dd-8120-11324bc54e06' } } }
        @{ Name = 'an object whose SkuId is null'; Arguments = @{ AddLicenses = [pscustomobject]@{ SkuId = $null } } }
        @{ Name = 'a cast'; Arguments = @{ AddLicenses = 'cast' } }
        @{ Name = 'a null SkuId in a body'; Arguments = @{ BodyParameter = @{ addLicenses = @(@{ skuId = $null }); removeLicenses = @('05e9a617-0261-4cee-bb44-138d3ef5d965') } } }
        @{ Name = 'a misspelt key in a body'; Arguments = @{ BodyParameter = @{ addLicenses = @(@{ sku = 'x' }); removeLicenses = @('05e9a617-0261-4cee-bb44-138d3ef5d965') } } }
    ) {
        if ($Arguments['AddLicenses'] -eq 'cast') {
            $Arguments.AddLicenses = [Microsoft.Graph.PowerShell.Models.MicrosoftGraphAssignedLicense]@{ SkuId = $null }
        }
        if ($Arguments.ContainsKey('AddLicenses')) { $Arguments.RemoveLicenses = @('05e9a617-0261-4cee-bb44-138d3ef5d965') }
        $request = Get-SentRequest -WriteOnly { Set-MgUserLicense -UserId bob@contoso.com @Arguments }
        $request.Body | ConvertTo-SortedJson | Should -BeExactly '{"addLicenses":[{}],"removeLicenses":["05e9a617-0261-4cee-bb44-138d3ef5d965"]}'
        $request.Status | Should -Be 400
        Get-Held 'bob@contoso.com' | Should -BeExactly 'SPE_E3' -Because 'nobody loses a licence by a mistake about another'
    }

    It 'holds additional properties too' {
        Get-SentBody { Set-MgUserLicense -UserId eve@contoso.com -AddLicenses @() -RemoveLicenses @() -AdditionalProperties @{ note = 'x' } } |
            Should -BeExactly '{"addLicenses":[],"note":"x","removeLicenses":[]}'
    }

    It 'goes to the action of the user, as JSON' {
        $request = Get-SentRequest -WriteOnly { Set-MgUserLicense -UserId eve@contoso.com -AddLicenses @{ SkuId = 'FLOW_FREE' } -RemoveLicenses @() }
        $request.Method | Should -BeExactly 'POST'
        $request.Path.Replace('%40', '@') | Should -Match '^/v1\.0/users/eve@contoso\.com/(microsoft\.graph\.)?assignLicense$'
        Get-RequestHeader $request 'Content-Type' | Should -Match '^application/json'
    }

    It 'keeps string addition what it is in PowerShell' {
        $first = '06ebc4ee-1bb5-47dd-8120-11324bc54e06'
        $second = 'f30db892-07e9-47e9-837c-80727f46fd3d'
        Get-SentBody { Set-MgUserLicense -UserId eve@contoso.com -AddLicenses @() -RemoveLicenses ($first + $second) } |
            Should -BeExactly "{`"addLicenses`":[],`"removeLicenses`":[`"$first$second`"]}"
    }
}

Describe 'The body of Update-MgUser' {
    It 'holds only what was given: <Name>' -ForEach @(
        @{ Name = 'a text'; Arguments = @{ UsageLocation = 'GB' }; Body = '{"usageLocation":"GB"}' }
        @{ Name = 'a location as it was written'; Arguments = @{ UsageLocation = 'UK' }; Body = '{"usageLocation":"UK"}' }
        @{ Name = 'a switch that is on'; Arguments = @{ AccountEnabled = $true }; Body = '{"accountEnabled":true}' }
        @{ Name = 'a switch that is off'; Arguments = @{ AccountEnabled = $false }; Body = '{"accountEnabled":false}' }
        @{ Name = 'a list of one'; Arguments = @{ BusinessPhones = '44 1' }; Body = '{"businessPhones":["44 1"]}' }
        @{ Name = 'an empty list'; Arguments = @{ BusinessPhones = @() }; Body = '{"businessPhones":[]}' }
        @{ Name = 'a nested model'; Arguments = @{ OnPremisesExtensionAttributes = @{ ExtensionAttribute1 = 'a' } }
            Body = '{"onPremisesExtensionAttributes":{"extensionAttribute1":"a"}}'
        }
        @{ Name = 'a time, in UTC'; Arguments = @{ EmployeeHireDate = [datetime]::new(2026, 1, 2, 3, 4, 5, [System.DateTimeKind]::Utc) }
            Body = '{"employeeHireDate":"2026-01-02T03:04:05Z"}'
        }
        @{ Name = 'a null among additional properties, which clears'; Arguments = @{ AdditionalProperties = @{ department = $null } }; Body = '{"department":null}' }
        @{ Name = 'slashes, backslashes and quotes'; Arguments = @{ JobTitle = 'a\b/c"d' }; Body = '{"jobTitle":"a\\b/c\u0022d"}' }
        @{ Name = 'additional properties'; Arguments = @{ JobTitle = 'Clerk'; AdditionalProperties = @{ extension_1 = 5 } }
            Body = '{"extension_1":5,"jobTitle":"Clerk"}'
        }
    ) {
        $request = Get-SentRequest -WriteOnly { Update-MgUser -UserId eve@contoso.com @Arguments }
        $request.Method | Should -BeExactly 'PATCH'
        $request.Path.Replace('%40', '@') | Should -BeExactly '/v1.0/users/eve@contoso.com'
        $request.Body | ConvertTo-SortedJson | Should -BeExactly $Body
    }

    It 'sends a local time as the same moment in UTC' {
        # Where the clock of the machine runs on UTC, it would prove nothing.
        $zone = $env:TZ
        $env:TZ = 'Asia/Kolkata'
        [System.TimeZoneInfo]::ClearCachedData()
        try {
            $local = [datetime]::new(2026, 7, 2, 12, 0, 0, [System.DateTimeKind]::Local)
            $expected = $local.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'")
            if (-not $IsWindows) { $expected | Should -BeExactly '2026-07-02T06:30:00Z' }
            Get-SentBody { Update-MgUser -UserId eve@contoso.com -EmployeeHireDate $local } | Should -BeExactly "{`"employeeHireDate`":`"$expected`"}"
        } finally {
            $env:TZ = $zone
            [System.TimeZoneInfo]::ClearCachedData()
        }
    }

    It 'leaves null keys of a hashtable out, and keeps unknown ones' {
        Get-SentBody { Update-MgUser -UserId eve@contoso.com -BodyParameter @{ Department = 'Sales'; jobTitle = $null; extension_1 = 'x' } } |
            Should -BeExactly '{"department":"Sales","extension_1":"x"}'
    }
}

Describe 'What else a model parameter takes' {
    It 'is <Name>' -ForEach @(
        @{ Name = 'the model itself'; Given = { [Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser]@{ JobTitle = 'Clerk' } } }
        @{ Name = 'the model as an object made empty and filled'
            Given = { $model = New-Object Microsoft.Graph.PowerShell.Models.MicrosoftGraphUser; $model.JobTitle = 'Clerk'; $model }
        }
        @{ Name = 'another model'; Given = { [Microsoft.Graph.PowerShell.Models.MicrosoftGraphDirectoryObject]@{ jobTitle = 'Clerk' } } }
        @{ Name = 'a model cast to its interface'; Given = { [Microsoft.Graph.PowerShell.Models.IMicrosoftGraphUser]@{ JOBTITLE = 'Clerk' } } }
        @{ Name = 'an object read from JSON'; Given = { '{"jobTitle":"Clerk"}' | ConvertFrom-Json } }
        @{ Name = 'JSON text'; Given = { '{"jobTitle":"Clerk"}' } }
        @{ Name = 'a dictionary that is no hashtable'
            Given = { $dictionary = [System.Collections.Generic.Dictionary[string, object]]::new(); $dictionary['jobTitle'] = 'Clerk'; $dictionary }
        }
    ) {
        $value = & $Given
        Get-SentBody { Update-MgUser -UserId eve@contoso.com -BodyParameter $value } | Should -BeExactly '{"jobTitle":"Clerk"}'
    }

    It 'does not take a value that fits no property, and drops it' {
        Get-SentBody { Update-MgUser -UserId eve@contoso.com -BodyParameter @{ jobTitle = 'Clerk'; accountEnabled = 'maybe'; employeeHireDate = 'soon' } } |
            Should -BeExactly '{"jobTitle":"Clerk"}'
    }

    It 'does not take other text' {
        $null = Get-MgLocalTenantRequest -Clear
        (Invoke-Recorded { Update-MgUser -UserId eve@contoso.com -BodyParameter 'just text' }).Thrown | Should -Not -BeNullOrEmpty
        Get-MgLocalTenantRequest | Should -BeNullOrEmpty
    }
}

Describe 'The body of New-MgUser' {
    It 'holds what was given, each under its name on the wire' {
        $body = Get-SentBody {
            New-MgUser -DisplayName 'Fay Fox' -UserPrincipalName fay@contoso.com -MailNickname fay -AccountEnabled -UsageLocation GB `
                -PasswordProfile @{ Password = 'xWwvJ]6NMw+bWH-d'; ForceChangePasswordNextSignIn = $true }
        } | ConvertFrom-Json
        # The log hides passwords, and nothing else.
        $body.passwordProfile.forceChangePasswordNextSignIn | Should -BeTrue
        $body.passwordProfile.password | Should -Not -BeNullOrEmpty
        $body.passwordProfile.password | Should -Not -Be 'xWwvJ]6NMw+bWH-d'
        $body.PSObject.Properties.Remove('passwordProfile')
        $body | ConvertTo-Json -Compress | ConvertTo-SortedJson |
            Should -BeExactly '{"accountEnabled":true,"displayName":"Fay Fox","mailNickname":"fay","usageLocation":"GB","userPrincipalName":"fay@contoso.com"}'
    }

    It 'sends false for a switch that was turned off' {
        $body = Get-SentBody {
            New-MgUser -DisplayName Gil -UserPrincipalName gil@contoso.com -MailNickname gil -AccountEnabled:$false -PasswordProfile @{ Password = 'xWwvJ]6NMw+bWH-d' }
        } | ConvertFrom-Json
        $body.accountEnabled | Should -BeFalse
        (Get-MgUser -UserId gil@contoso.com -Property AccountEnabled).AccountEnabled | Should -BeFalse
    }

    It 'sends no switch that was not bound' {
        $body = Get-SentBody {
            New-MgUser -DisplayName Hal -UserPrincipalName hal@contoso.com -MailNickname hal -PasswordProfile @{ Password = 'xWwvJ]6NMw+bWH-d' }
        } | ConvertFrom-Json
        $body.PSObject.Properties.Name | Should -Not -Contain 'accountEnabled'
    }

    It 'takes a password profile made as an object' {
        $secret = New-Object -TypeName Microsoft.Graph.PowerShell.Models.MicrosoftGraphPasswordProfile
        $secret.Password = 'xWwvJ]6NMw+bWH-d'
        $body = Get-SentBody {
            New-MgUser -DisplayName Ida -UserPrincipalName ida@contoso.com -MailNickname ida -AccountEnabled -PasswordProfile $secret
        } | ConvertFrom-Json
        @($body.passwordProfile.PSObject.Properties.Name) | Should -Be @('password')
    }

    It 'takes one hashtable for all, in any key case' {
        $user = @{
            AccountEnabled = $true; displayname = 'Jo'; MailNickName = 'jo'; USERPRINCIPALNAME = 'jo@contoso.com'; usageLocation = 'DE'
            passwordProfile = @{ password = 'xWwvJ]6NMw+bWH-d' }
        }
        $created = New-MgUser -BodyParameter $user
        $created.UserPrincipalName | Should -Be 'jo@contoso.com'
        (Get-MgUser -UserId jo@contoso.com -Property UsageLocation).UsageLocation | Should -Be 'DE'
    }
}

Describe 'A request without a body' {
    It 'deletes' {
        $request = Get-SentRequest -WriteOnly { Remove-MgUser -UserId gus_fabrikam.com#EXT#@contoso.onmicrosoft.com }
        $request.Method | Should -BeExactly 'DELETE'
        $request.Path.Replace('%40', '@') | Should -BeExactly '/v1.0/users/gus_fabrikam.com%23EXT%23@contoso.onmicrosoft.com'
        $request.Body | Should -BeNullOrEmpty
        $request.Status | Should -Be 204
    }

    It 'sends -IfMatch as a header' {
        $request = Get-SentRequest -WriteOnly { Remove-MgUser -UserId dee@contoso.com -IfMatch 'W/"1"' }
        Get-RequestHeader $request 'If-Match' | Should -BeExactly 'W/"1"'
    }
}
