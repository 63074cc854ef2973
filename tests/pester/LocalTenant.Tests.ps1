# The commands on tenants in files.

BeforeAll {
    Import-Module (Join-Path $PSScriptRoot 'Helpers.psm1') -Force
    Import-TestModule
}

AfterAll { Disconnect-TestTenant }

Describe 'New-MgLocalTenant' {
    It 'makes the sample company' {
        $path = New-TestPath
        $tenant = New-MgLocalTenant -Path $path -Sample

        $tenant | Should -BeOfType MgLicense.LocalTenant
        $tenant.Path | Should -Be $path
        $tenant.Users | Should -BeGreaterThan 150
        $tenant.Groups | Should -BeGreaterThan 0
        $tenant.Size | Should -BeGreaterThan 0
        Connect-MgGraph -LocalTenant $path -NoWelcome
        @(Get-MgUser -All).Count | Should -Be $tenant.Users
        @(Get-MgSubscribedSku -All).Count | Should -Be $tenant.Skus
        (Get-MgOrganization).Id | Should -Be $tenant.TenantId
    }

    It 'makes one from a seed' {
        $path = New-TestPath
        $tenant = New-MgLocalTenant $path -Seed (New-TestSeedFile (@{ version = 1 } + (Get-CompanySeed)))

        $tenant.DisplayName | Should -Be 'Contoso'
        $tenant.DefaultDomain | Should -Be 'contoso.com'
        $tenant.TenantId | Should -Be '0a5f3d21-6b1c-4c55-9d7e-2b8e4f6a9c10'
        $tenant.Users, $tenant.Groups, $tenant.Skus | Should -Be 6, 3, 4
    }

    It 'makes one of any size, the same for the same seed' {
        $one, $two = (New-TestPath), (New-TestPath)
        (New-MgLocalTenant -Path $one -Generate 'users=300,seed=5').Users | Should -Be 300
        $null = New-MgLocalTenant -Path $two -Generate 'users=300,seed=5'
        $ids = foreach ($path in $one, $two) {
            Connect-MgGraph -LocalTenant $path -NoWelcome
            (Get-MgUser -All -Property Id).Id -join ','
        }
        $ids[0] | Should -Be $ids[1]
    }

    It 'makes an empty one' {
        (New-MgLocalTenant -Path (New-TestPath)).Users | Should -Be 0
    }

    It 'leaves a tenant that is there alone without -Force' {
        $path = New-TestTenant (Get-CompanySeed)
        $outcome = Invoke-Recorded { New-MgLocalTenant -Path $path -Sample }

        $outcome.Errors.Count | Should -Be 1
        $outcome.Errors[0].Exception.Message | Should -BeLike "*$path*"
        (Get-MgLocalTenant -Path $path).Users | Should -Be 6
    }

    It 'replaces it with -Force' {
        $path = New-TestTenant (Get-CompanySeed)
        (New-MgLocalTenant -Path $path -Force -Confirm:$false).Users | Should -Be 0
    }

    It 'does not replace a file that is no tenant, even with -Force' {
        $path = New-TestPath
        Set-Content -Path $path -Value 'my notes'
        $outcome = Invoke-Recorded { New-MgLocalTenant -Path $path -Force -Confirm:$false }

        $outcome.Errors.Count | Should -Be 1
        Get-Content $path | Should -Be 'my notes'
    }

    It 'makes nothing under -WhatIf' {
        $path = New-TestPath
        New-MgLocalTenant -Path $path -Sample -WhatIf
        $path | Should -Not -Exist
    }

    It 'refuses a wrong seed whole, with the place of the fault' {
        $path = New-TestPath
        $seed = @{ version = 1 } + (Get-CompanySeed)
        $seed.subscribedSkus[1].prepaidUnits.enabled = -1
        $outcome = Invoke-Recorded { New-MgLocalTenant -Path $path -Seed (New-TestSeedFile $seed) }

        $outcome.Errors.Count | Should -Be 1
        $outcome.Errors[0].Exception.Message | Should -Match 'subscribedSkus.*1.*prepaidUnits'
        $path | Should -Not -Exist
    }
}

Describe 'Get-MgLocalTenant' {
    It 'gives nothing and no error where no tenant is in use' {
        Disconnect-TestTenant
        $outcome = Invoke-Recorded { Get-MgLocalTenant }
        $outcome.Output | Should -BeNullOrEmpty
        $outcome.Errors | Should -BeNullOrEmpty
    }

    It 'gives the connected one, and others by path, by pipeline and by file' {
        $connected = Connect-TestTenant (Get-CompanySeed)
        $other = New-TestTenant @{ organization = @{ displayName = 'Fabrikam' }; users = @() }

        (Get-MgLocalTenant).Path | Should -Be $connected
        (Get-MgLocalTenant $other).DisplayName | Should -Be 'Fabrikam'
        ($other | Get-MgLocalTenant).DisplayName | Should -Be 'Fabrikam'
        (Get-Item $other | Get-MgLocalTenant).DisplayName | Should -Be 'Fabrikam'
    }
}

Describe 'Set-MgLocalTenant' {
    It 'changes the settings it is given, and leaves the others' {
        $path = New-TestTenant (Get-CompanySeed)
        $before = (Get-MgLocalTenant $path).Settings
        $after = (Set-MgLocalTenant -Path $path -Setting @{ requestLog = 'off' } -PassThru).Settings

        $before['requestLog'] | Should -Be 'all'
        $after['requestLog'] | Should -Be 'off'
        $after['durability'] | Should -Be $before['durability']
    }

    It 'moves the clock of the tenant' {
        $path = Connect-TestTenant (Get-CompanySeed)
        Set-MgLocalTenant -Clock '2027-02-01T00:00:00Z'
        [datetime] (Get-MgLocalTenant $path).Clock | Should -BeGreaterOrEqual ([datetime] '2027-02-01T00:00:00Z')
    }

    It 'refuses a setting it does not know by its name' {
        $path = New-TestTenant (Get-CompanySeed)
        $outcome = Invoke-Recorded { Set-MgLocalTenant -Path $path -Setting @{ noSuchSetting = 1 } }
        $outcome.Errors[0].Exception.Message | Should -BeLike '*noSuchSetting*'
    }

    It 'changes nothing under -WhatIf' {
        $path = New-TestTenant (Get-CompanySeed)
        Set-MgLocalTenant -Path $path -Setting @{ requestLog = 'off' } -WhatIf
        (Get-MgLocalTenant $path).Settings['requestLog'] | Should -Be 'all'
    }
}

Describe 'Step-MgLocalTenant' {
    BeforeEach {
        # A security group with a member, and one seat.
        $seed = @{
            version = 1; clock = '2026-11-25T09:00:00Z'; settings = @{ clockMode = 'explicit' }
            subscribedSkus = @(@{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 1 } })
            users = @(
                @{ userPrincipalName = 'ada@contoso.com'; displayName = 'Ada'; usageLocation = 'GB' }
                @{ userPrincipalName = 'bob@contoso.com'; displayName = 'Bob'; usageLocation = 'GB' })
            groups = @(@{
                id = '00000000-0000-4000-8000-0000000000a1'; displayName = 'Flow'; members = @('ada@contoso.com')
                assignedLicenses = @(@{ skuPartNumber = 'FLOW_FREE' }) })
        }
        $path = Connect-TestTenant $seed
        $licenses = { @((Get-MgUser -UserId ada@contoso.com -Property AssignedLicenses).AssignedLicenses) }
    }

    It 'does the work of one tick, and says what it did' {
        & $licenses | Should -BeNullOrEmpty
        $step = Step-MgLocalTenant
        $step.Members | Should -Be 1
        $step.IsDue | Should -BeFalse
        $step.Next | Should -BeNullOrEmpty
        $step.Clock.ToUniversalTime() | Should -Be ([datetime] '2026-11-25T09:00:00Z').ToUniversalTime()
        (& $licenses).SkuId | Should -Be 'f30db892-07e9-47e9-837c-80727f46fd3d'
    }

    It 'does several ticks, and nothing under -WhatIf' {
        Step-MgLocalTenant -WhatIf | Should -BeNullOrEmpty
        & $licenses | Should -BeNullOrEmpty
        @(Step-MgLocalTenant $path -Count 3).Members | Should -Be 1, 0, 0
    }

    It 'has seats bought in between' {
        $null = Step-MgLocalTenant
        New-MgGroupMember -GroupId '00000000-0000-4000-8000-0000000000a1' -DirectoryObjectId (Get-MgUser -UserId bob@contoso.com).Id
        $null = Step-MgLocalTenant
        (Get-MgUser -UserId bob@contoso.com -Property LicenseAssignmentStates).LicenseAssignmentStates[0].Error | Should -Be 'CountViolation'
        Set-MgLocalTenant -SubscribedSku @{ skuPartNumber = 'FLOW_FREE'; prepaidUnits = @{ enabled = 2 } }
        (Get-MgSubscribedSku).PrepaidUnits.Enabled | Should -Be 2
    }
}

Describe 'Remove-MgLocalTenant' {
    It 'removes the file and what belongs to it' {
        $path = New-TestTenant (Get-CompanySeed)
        Remove-MgLocalTenant -Path $path -Confirm:$false
        Get-ChildItem -Path "$path*" | Should -BeNullOrEmpty
    }

    It 'ends the connection to it' {
        # A server is another process to its file, and no other tenant may be in use.
        Disconnect-TestTenant
        $path = New-TestTenant (Get-CompanySeed)
        Connect-MgGraph -LocalTenant $path -NoWelcome
        Remove-MgLocalTenant -Path $path -Confirm:$false
        Get-MgContext | Should -BeNullOrEmpty
        $path | Should -Not -Exist
    }

    It 'refuses a file that is no tenant' {
        $path = New-TestPath
        Set-Content -Path $path -Value 'my notes'
        $outcome = Invoke-Recorded { Remove-MgLocalTenant -Path $path -Confirm:$false }

        $outcome.Errors.Count | Should -Be 1
        Get-Content $path | Should -Be 'my notes'
    }

    It 'asks first, as what can not be undone does' {
        (Get-Command Remove-MgLocalTenant).ImplementingType.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false).ConfirmImpact | Should -Be 'High'
        $path = New-TestTenant (Get-CompanySeed)
        Remove-MgLocalTenant -Path $path -WhatIf
        $path | Should -Exist
    }
}

Describe 'Get-MgLocalTenantRequest' {
    BeforeEach { $path = Connect-TestTenant (Get-CompanySeed) }

    It 'shows every request with its exact body, status and place' {
        $null = Get-MgUser -UserId ada@contoso.com
        Update-MgUser -UserId ada@contoso.com -Department 'Sales'
        $null = Get-MgUser -UserId nobody@contoso.com -ErrorAction SilentlyContinue
        $requests = Get-MgLocalTenantRequest

        $requests[0] | Should -BeOfType MgLicense.LocalTenantRequest
        $requests.Method | Should -Be 'GET', 'PATCH', 'GET'
        $requests.Status | Should -Be 200, 204, 404
        $requests.Write | Should -Be $false, $true, $false
        $requests[1].Body | Should -Be '{"department":"Sales"}'
        $requests[1].Path | Should -BeLike '*/users/ada*contoso.com'
        $requests.Index | Should -Be ($requests.Index | Sort-Object)
        $requests.RequestId | ForEach-Object { $_ | Should -Not -BeNullOrEmpty }
    }

    It 'can show writes only, the last only, and start anew' {
        Update-MgUser -UserId ada@contoso.com -Department A
        $null = Get-MgUser -UserId ada@contoso.com
        Update-MgUser -UserId ada@contoso.com -Department B

        (Get-MgLocalTenantRequest -WriteOnly).Body | Should -Be '{"department":"A"}', '{"department":"B"}'
        (Get-MgLocalTenantRequest -Last 2).Method | Should -Be 'GET', 'PATCH'
        (Get-MgLocalTenantRequest -Path $path -WriteOnly -Last 1 -Clear).Body | Should -Be '{"department":"B"}'
        Get-MgLocalTenantRequest | Should -BeNullOrEmpty
    }

    It 'is the proof that -WhatIf wrote nothing' {
        Set-MgUserLicense -UserId ada@contoso.com -AddLicenses SPE_E5 -WhatIf
        Update-MgUser -UserId ada@contoso.com -UsageLocation FR -WhatIf
        Remove-MgUser -UserId ada@contoso.com -WhatIf
        Get-MgLocalTenantRequest -WriteOnly | Should -BeNullOrEmpty
    }

    It 'never shows a password' {
        $null = New-MgUser -DisplayName Fay -UserPrincipalName fay@contoso.com -MailNickname fay -AccountEnabled -PasswordProfile @{ Password = 'Correct-Horse-9' }
        (Get-MgLocalTenantRequest | ConvertTo-Json -Depth 5) | Should -Not -BeLike '*Correct-Horse-9*'
    }

    It 'says how to name a tenant where none is in use' {
        Disconnect-TestTenant
        { Get-MgLocalTenantRequest } | Should -Throw '*-Path*'
    }
}
