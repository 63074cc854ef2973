# -WhatIf writes nothing, proven with the tenant's log; -Confirm asks in the words of the SDK; by default nobody is asked.

BeforeDiscovery {
    # Class is what the text names as the operation; Target what it names as its object.
    $writers = @(
        @{ Class = 'Set-MgUserLicense_AssignExpanded'; Target = 'POST /users/{user-id}/microsoft.graph.assignLicense'
            Line = 'Set-MgUserLicense -UserId ada@contoso.com -AddLicenses FLOW_FREE -RemoveLicenses @()'
        }
        @{ Class = 'Set-MgUserLicense_Assign'; Target = 'POST /users/{user-id}/microsoft.graph.assignLicense'
            Line = 'Set-MgUserLicense -UserId ada@contoso.com -BodyParameter @{ addLicenses = @(@{ skuId = "FLOW_FREE" }); removeLicenses = @() }'
        }
        @{ Class = 'Set-MgUserLicense_AssignViaIdentityExpanded'; Target = 'POST /users/{user-id}/microsoft.graph.assignLicense'
            Line = 'Set-MgUserLicense -InputObject @{ UserId = "ada@contoso.com" } -AddLicenses FLOW_FREE -RemoveLicenses @()'
        }
        @{ Class = 'Set-MgUserLicense_AssignViaIdentity'; Target = 'POST /users/{user-id}/microsoft.graph.assignLicense'
            Line = 'Set-MgUserLicense -InputObject @{ UserId = "ada@contoso.com" } -BodyParameter @{ addLicenses = @(@{ skuId = "FLOW_FREE" }); removeLicenses = @() }'
        }
        @{ Class = 'New-MgUser_CreateExpanded'; Target = 'POST /users'
            Line = 'New-MgUser -DisplayName Lin -UserPrincipalName lin@contoso.com -MailNickname lin -AccountEnabled -PasswordProfile @{ Password = "xWwvJ]6NMw+bWH-d" }'
        }
        @{ Class = 'New-MgUser_Create'; Target = 'POST /users'
            Line = 'New-MgUser -BodyParameter @{ displayName = "Lin"; userPrincipalName = "lin@contoso.com"; mailNickname = "lin"; accountEnabled = $true; passwordProfile = @{ password = "xWwvJ]6NMw+bWH-d" } }'
        }
        @{ Class = 'Update-MgUser_UpdateExpanded'; Target = 'PATCH /users/{user-id}'; Line = 'Update-MgUser -UserId ada@contoso.com -UsageLocation FR' }
        @{ Class = 'Update-MgUser_UpdateViaIdentity'; Target = 'PATCH /users/{user-id}'
            Line = '@{ UserId = "ada@contoso.com" } | Update-MgUser -BodyParameter @{ usageLocation = "FR" }'
        }
        @{ Class = 'Remove-MgUser_Delete'; Target = 'DELETE /users/{user-id}'; Line = 'Remove-MgUser -UserId ada@contoso.com' }
        @{ Class = 'Remove-MgUser_DeleteViaIdentity'; Target = 'DELETE /users/{user-id}'; Line = '@{ UserId = "ada@contoso.com" } | Remove-MgUser' }
    )
}

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1')
    Import-TestModule
    $null = Connect-TestTenant -Seed (Get-CompanySeed)
    Import-Module (Join-Path $PSScriptRoot 'AnsweringShell.psm1')
    $person = New-AnsweringShell -Module (Get-TestModulePath)
}

Describe 'Asking before changes' {
    BeforeEach {
        $person.UI.Text.Clear()
        $person.UI.Questions.Clear()
        $person.UI.Answer = 0
        $null = Get-MgLocalTenantRequest -Clear
    }

    AfterAll {
        $person.Runspace.Dispose()
        Disconnect-TestTenant
    }

    Context '-WhatIf' {
        It 'writes nothing and says what it would do: <Line>' -ForEach $writers {
            $output = @(Invoke-AnsweringShell $person "$Line -WhatIf")
            $output | Should -HaveCount 0
            Get-MgLocalTenantRequest -WriteOnly | Should -BeNullOrEmpty
            $person.UI.Text | Should -HaveCount 1
            $person.UI.Text[0] | Should -BeExactly "What if: Performing the operation `"$Class`" on target `"Call remote '$Target' operation`"."
            $person.UI.Questions | Should -HaveCount 0
        }

        It 'can be written short: -wi' {
            $null = Invoke-AnsweringShell $person 'Remove-MgUser -UserId ada@contoso.com -wi'
            Get-MgLocalTenantRequest -WriteOnly | Should -BeNullOrEmpty
        }

        It 'holds as a preference' {
            $null = Invoke-AnsweringShell $person '$global:WhatIfPreference = $true; try { Remove-MgUser -UserId ada@contoso.com } finally { $global:WhatIfPreference = $false }'
            Get-MgLocalTenantRequest -WriteOnly | Should -BeNullOrEmpty
            $person.UI.Text | Should -HaveCount 1
        }

        It 'writes nothing with -UsageLocation either' {
            $null = Invoke-AnsweringShell $person 'Set-MgUserLicense -UserId cy@contoso.com -AddLicenses FLOW_FREE -UsageLocation GB -WhatIf'
            Get-MgLocalTenantRequest -WriteOnly | Should -BeNullOrEmpty
        }

        It 'names every row of a pipeline, with what it would get' {
            $output = @(Invoke-AnsweringShell $person "'ada@contoso.com', 'eve@contoso.com' | Set-MgUserLicense -AddLicenses FLOW_FREE -WhatIf")
            $output | Should -HaveCount 0
            Get-MgLocalTenantRequest -WriteOnly | Should -BeNullOrEmpty
            $person.UI.Text | Should -HaveCount 2
            $person.UI.Text[0] | Should -Match 'FLOW_FREE.*ada@contoso\.com'
            $person.UI.Text[1] | Should -Match 'FLOW_FREE.*eve@contoso\.com'
        }

        It 'writes nothing for <_>' -ForEach 'Remove-MgUserLicense -UserId bob@contoso.com -SkuId SPE_E3 -WhatIf', 'Remove-MgUserLicense -UserId bob@contoso.com -All -WhatIf' {
            $null = Invoke-AnsweringShell $person $_
            Get-MgLocalTenantRequest -WriteOnly | Should -BeNullOrEmpty
            $person.UI.Text | Should -HaveCount 1
            $person.UI.Text[0] | Should -Match 'bob@contoso\.com'
        }

        It 'makes, changes and deletes no local tenant' {
            $path = New-TestPath
            $null = Invoke-AnsweringShell $person "New-MgLocalTenant -Path '$path' -WhatIf"
            Test-Path $path | Should -BeFalse
            $null = New-MgLocalTenant -Path $path
            $null = Invoke-AnsweringShell $person "Remove-MgLocalTenant -Path '$path' -WhatIf"
            Test-Path $path | Should -BeTrue
            $null = Invoke-AnsweringShell $person "Set-MgLocalTenant -Path '$path' -Setting @{ requestLog = 'writes' } -WhatIf"
            (Get-MgLocalTenant -Path $path).Settings['requestLog'] | Should -Be 'off'
        }
    }

    Context '-Confirm' {
        It 'asks, and does nothing after no: <Line>' -ForEach $writers {
            $person.UI.Answer = 2
            $output = @(Invoke-AnsweringShell $person "$Line -Confirm")
            $output | Should -HaveCount 0
            $person.UI.Questions | Should -HaveCount 1
            $person.UI.Questions[0] | Should -MatchExactly ([regex]::Escape("`"$Class`""))
            $person.UI.Questions[0] | Should -MatchExactly ([regex]::Escape("Call remote '$Target' operation"))
            Get-MgLocalTenantRequest -WriteOnly | Should -BeNullOrEmpty
        }

        It 'goes on after yes' {
            $output = @(Invoke-AnsweringShell $person 'Set-MgUserLicense -UserId eve@contoso.com -AddLicenses FLOW_FREE -RemoveLicenses @() -Confirm')
            $output | Should -HaveCount 1
            $person.UI.Questions | Should -HaveCount 1
            Get-Held 'eve@contoso.com' | Should -BeExactly 'FLOW_FREE'
        }

        It 'can be written short: -cf' {
            $person.UI.Answer = 2
            $null = Invoke-AnsweringShell $person 'Remove-MgUser -UserId ada@contoso.com -cf'
            $person.UI.Questions | Should -HaveCount 1
            Get-MgLocalTenantRequest -WriteOnly | Should -BeNullOrEmpty
        }

        It 'is not asked by default by commands of the SDK, deletion included' {
            $null = Invoke-AnsweringShell $person 'Update-MgUser -UserId dee@contoso.com -JobTitle x; Set-MgUserLicense -UserId dee@contoso.com -AddLicenses FLOW_FREE -RemoveLicenses @(); Remove-MgUser -UserId gus_fabrikam.com#EXT#@contoso.onmicrosoft.com'
            $person.UI.Questions | Should -HaveCount 0
            @(Get-MgLocalTenantRequest -WriteOnly) | Should -HaveCount 3
        }

        It 'is asked with a stricter preference' {
            $person.UI.Answer = 2
            $null = Invoke-AnsweringShell $person '$global:ConfirmPreference = "Medium"; try { Remove-MgUser -UserId ada@contoso.com } finally { $global:ConfirmPreference = "High" }'
            $person.UI.Questions | Should -HaveCount 1
            Get-MgLocalTenantRequest -WriteOnly | Should -BeNullOrEmpty
        }

        It 'is asked by default by what takes licences away' {
            $person.UI.Answer = 2
            $null = Invoke-AnsweringShell $person 'Remove-MgUserLicense -UserId bob@contoso.com -SkuId SPE_E3'
            $person.UI.Questions | Should -HaveCount 1
            Get-MgLocalTenantRequest -WriteOnly | Should -BeNullOrEmpty
            Get-Held 'bob@contoso.com' | Should -BeExactly 'SPE_E3'
        }

        It 'is not asked with -Confirm:$false' {
            $null = Invoke-AnsweringShell $person 'Remove-MgUserLicense -UserId bob@contoso.com -SkuId SPE_E3 -Confirm:$false'
            $person.UI.Questions | Should -HaveCount 0
            Get-Held 'bob@contoso.com' | Should -BeNullOrEmpty
        }

        It 'is asked before a local tenant is lost' {
            $path = New-TestPath
            $null = New-MgLocalTenant -Path $path
            $person.UI.Answer = 2
            $null = Invoke-AnsweringShell $person "Remove-MgLocalTenant -Path '$path'"
            $person.UI.Questions | Should -HaveCount 1
            Test-Path $path | Should -BeTrue
            $null = Invoke-AnsweringShell $person "Remove-MgLocalTenant -Path '$path' -Confirm:`$false"
            Test-Path $path | Should -BeFalse
        }
    }

    Context 'Readers' {
        It 'have no -WhatIf: <_>' -ForEach 'Get-MgUser', 'Get-MgSubscribedSku', 'Get-MgUserLicenseDetail', 'Get-MgGroup', 'Get-MgGroupMember', 'Test-MgUserLicense' {
            (Get-Command $_).Parameters.Keys | Should -Not -Contain 'WhatIf'
        }
    }
}
